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

## Пример отделения.

demo-service = Услуга { $number }
demo-service-description = Пояснение { $number }
demo-group = Другие услуги
demo-footer = Спасибо за посещение!
