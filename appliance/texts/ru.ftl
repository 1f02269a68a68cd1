# Russian.

language-name = Русский

## The phone page.

m8300 = Неверный адрес страницы
m8327 = Текущее время ожидания
m8328 = Отменить талон
m8329 = Вызывается ваш номер
m8330 = к окну
m8331 = обслуживается в окне
m8332 = Общее время ожидания
m8333 = Текущее время обслуживания
m8334 = Пропущенный вызов
m8335 = Вы пропустили вызов. Вас вызовут повторно через {"{0}"} мин.
m8336 = Вернуться в очередь
m8337 = Вы действительно хотите отменить талон?
m8343 = Добро пожаловать в наш офис!

## The dispenser.

profile-title = Главное меню
profile-back = Назад
profile-back-to-main = Вернуться в главное меню
profile-appointment = Предварительная запись
profile-success-card = Карта успешно считана!
profile-card-read-fail = Не удалось считать карту. Пожалуйста, попробуйте ещё раз.
profile-push-card = Вставьте карту до упора и извлеките её.
profile-authentication = Авторизация
smart-ticket-title = Электронный талон
smart-ticket-desc = Пожалуйста, отсканируйте QR-код смартфоном. Откроется страница, на которой вы сможете выбрать услугу и следить за состоянием своего талона. После обслуживания, пожалуйста, оцените нашу работу.

## What the phone says.

notify-call = Ваш номер {"${ticketNumber}"} вызывается к окну {"${counterNumber}"}.
notify-feedback = Пожалуйста, оцените качество обслуживания по талону {"${ticketNumber}"}. Спасибо!

## The survey that a new branch begins with.

survey-name = Стандартный опрос
survey-question = Как вы оцениваете качество нашего обслуживания?
survey-answer-1 = Плохо
survey-answer-2 = Приемлемо
survey-answer-3 = Удовлетворительно
survey-answer-4 = Хорошо
survey-answer-5 = Отлично

## The slip.

slip-number = Ваш номер
slip-service = Услуга
slip-ahead = { $count ->
    [0] Перед вами никого нет
    [one] Перед вами { $count } человек
    [few] Перед вами { $count } человека
   *[other] Перед вами { $count } человек
}
slip-wait = { $minutes ->
    [0] Примерное время ожидания: менее минуты
    [one] Примерное время ожидания: около { $minutes } минуты
   *[other] Примерное время ожидания: около { $minutes } минут
}
slip-taken = Талон получен: { $time }
slip-booking = Ваш код записи
slip-pin = ПИН-код: { $pin }
slip-appointment = Время записи: { $time }
slip-check-in = Отметьтесь с этим кодом не ранее { $time }.
slip-scan = Отсканируйте код, чтобы следить за очередью на телефоне.
slip-keep = Пожалуйста, сохраните этот талон до вызова.
slip-copy = КОПИЯ
slip-priority = Вне очереди

## Texts for tickets that other software prints.

strings-people-waiting = { $count ->
    [0] Никто не ожидает
    [one] Ожидает { $count } человек
    [few] Ожидают { $count } человека
   *[other] Ожидает { $count } человек
}
strings-date = Дата: { $date }
strings-priority = Талон вне очереди
strings-extra = Пожалуйста, следите за табло. Вас вызовут по номеру.

## Уведомления и письмо для приложений.

vt-your-turn-title = Ваша очередь!
vt-your-turn-message = Ваш талон %{"{ticket.tag}"}%{"{ticket.number}"} только что вызвали. Пройдите, пожалуйста, к окну %{"{ticket.desk.tag}"}.
vt-almost-title = Внимание! Скоро ваша очередь!
vt-almost-message = Клиентов перед вами: %{"{ticket.customers_ahead}"}.
vt-reset-subject = Новый пароль
vt-reset-text = Ваш код для нового пароля: { $token }. Он действует один час и один раз. Если вы его не запрашивали, ничего делать не нужно.

## Сервисы филиала: что видит посетитель или оператор.

services-bad = Не удалось понять запрос.
services-sign-in = Пожалуйста, войдите в систему.
services-wrong-password = Неверное имя пользователя или пароль.
services-too-many = Слишком много попыток. Подождите немного и попробуйте снова.
services-forbidden = У вас нет прав на это действие.
services-nothing = Ничего не найдено.
services-later = Сейчас это невозможно. Попробуйте ещё раз.
services-out-of-turn = Сейчас это действие невозможно.
services-unavailable = Эта услуга сейчас недоступна.
services-slot-taken = Это время только что заняли. Выберите другое.
services-no-slot = На это время записи нет. Выберите другое.
services-booking-over = Эта запись завершена или уже использована.
services-nobody-waiting = Никто не ожидает.
services-counter-busy = Сначала завершите обслуживание текущего посетителя.
services-not-at-counter = Сначала войдите на рабочем месте.
services-on-break = Сначала завершите перерыв.
services-no-survey = Сейчас нечего оценивать.
services-menu-dispenser = Услуги
services-menu-bookings = Предварительная запись
services-menu-staff = Все услуги

## Пример отделения.

demo-service = Услуга { $number }
demo-service-description = Пояснение { $number }
demo-group = Другие услуги
demo-footer = Спасибо за посещение!
