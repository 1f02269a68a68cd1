disp-welcome = Добро пожаловать
disp-begin = Выберите язык, чтобы взять номер.
disp-take = Взять номер
disp-choose = С чем вы пришли?
disp-back = Назад
disp-cancel = Сначала
disp-low = Кнопки ниже
disp-high = Обычный вид
disp-opening = Открываем …
disp-waiting = { $count ->
    [0] никто не ждёт
    [one] ждёт { $count } человек
    [few] ждут { $count } человека
   *[many] ждут { $count } человек
  }
disp-ahead = { $count ->
    [0] Вы следующий
    [one] Перед вами { $count } человек
    [few] Перед вами { $count } человека
   *[many] Перед вами { $count } человек
  }
disp-minutes = около { $minutes } мин
disp-group = { $count ->
    [one] { $count } услуга
    [few] { $count } услуги
   *[many] { $count } услуг
  }
disp-service-full = Все номера на сегодня выданы
disp-service-disabled = Сейчас недоступно
disp-service-closed = Сейчас закрыто
disp-service-opens = Откроется: { $time }
disp-page-before = Раньше
disp-page-next = Ещё
disp-phone = Удобнее по телефону?
disp-phone-text = Отсканируйте код, выберите услугу и ждите, где удобно.
disp-qr = QR-код: взять талон по телефону
disp-qr-enlarge = Показать код крупнее
disp-qr-stale = Код для телефонов обновляется. Пожалуйста, возьмите номер здесь.
disp-close = Закрыть
disp-booking = У меня запись
disp-booking-text = Введите или отсканируйте код
disp-code = Код записи
disp-code-hint = { $digits } цифр из подтверждения. Код можно и отсканировать.
disp-code-typed = Введено: { $typed }
disp-code-erase = Стереть последнюю цифру
disp-code-ok = Применить код
disp-printer-trouble = Бумажных талонов сейчас нет: номер появится на экране.
disp-noprint = Принтер сейчас не работает
disp-noprint-text = Номер взять можно: он появится здесь. Запишите его или следите за ним по телефону.
disp-again-text = Сколько бы раз вы ни нажали, номер будет один.
disp-take-anyway = Взять номер
disp-your-number = Ваш номер
disp-slip-coming = Талон печатается …
disp-slip-printed = Пожалуйста, возьмите талон.
disp-slip-failed = Талон не вышел: запишите номер или отсканируйте код.
disp-slip-none = Запишите номер или отсканируйте код.
disp-follow = Отсканируйте, чтобы следить за номером по телефону
disp-follow-qr = QR-код: следить за номером { $label } по телефону
disp-reprint = Напечатать ещё раз
disp-done = Готово
disp-still = Вы ещё здесь?
disp-still-text = { $seconds ->
    [one] Через { $seconds } секунду начнём сначала.
    [few] Через { $seconds } секунды начнём сначала.
   *[many] Через { $seconds } секунд начнём сначала.
  }
disp-still-yes = Мне нужно время
disp-still-no = Сначала
disp-nothing = Выбирать не из чего
disp-nothing-text = В этом отделении ещё не настроены услуги. Пожалуйста, обратитесь к сотрудникам.
disp-full = На сегодня номеров нет
disp-full-text = Все номера на сегодня выданы. Приходите в другой день или обратитесь к сотрудникам.
disp-closed = Мы закрыты
disp-closed-text = Пожалуйста, приходите в часы работы.
disp-closed-until = Откроемся в { $time }.
disp-closed-until-day = Откроемся: { $time }.
disp-away = Временно не работает
disp-away-text = Пожалуйста, попросите номер у сотрудников.
disp-away-retry = Экран попробует снова сам.
disp-refused = Этот экран ещё не разрешён
disp-refused-text = В администрировании создайте ключ для этого экрана и один раз откройте здесь его адрес.
disp-retry = Повторить
disp-no-answer = Отделение не отвечает. Пожалуйста, нажмите ещё раз.
disp-no-closed = Эта услуга только что закрылась. Пожалуйста, выберите другую.
disp-no-branch-full = Отделение сейчас заполнено. Попробуйте чуть позже.
disp-no-code = Записи с таким кодом нет. Пожалуйста, проверьте код.
disp-no-code-used = Этот код уже использован.
disp-no-code-over = Эта запись отменена. Пожалуйста, обратитесь к сотрудникам.
disp-no-code-early = Вы пришли рано: код начнёт действовать незадолго до назначенного времени.
disp-no-code-late = Время записи прошло. Пожалуйста, возьмите номер.
disp-no-other = Не получилось. Пожалуйста, обратитесь к сотрудникам.
