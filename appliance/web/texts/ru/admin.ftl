admin-title = Администрирование
admin-menu = Разделы
admin-sections = Разделы
admin-cancel = Отмена
admin-try-again = Повторить
admin-looking = Одну минуту …
admin-yes = да
admin-no = нет

# Signing in
admin-login = Логин
admin-password = Пароль
admin-sign-in-ended = Ваш вход завершён. Войдите снова: несохранённое осталось на месте.
admin-sign-in-lost = Отделение не отвечает. Проверьте сетевой кабель этого компьютера и попробуйте снова.
admin-sign-out = Выйти
admin-forbidden = У вас нет права администрировать отделение
admin-forbidden-text = Не хватает права «администрирование». Его может дать администратор.
admin-away = Отделение не отвечает
admin-away-text = Проверьте сетевой кабель этого компьютера и устройства в отделении.
admin-lost = Отделение сейчас недоступно. Ваши изменения останутся здесь, пока вы их не сохраните.

# Overview
admin-overview = Проверка отделения
admin-overview-text = Чего не хватает, что неисправно и что делать. Отделение перепроверяет само.
admin-all-well = Всё в порядке: ничего не пропущено, все устройства работают.
admin-severity-error = Нужно сделать
admin-severity-warning = Стоит посмотреть
admin-mend = Перейти
admin-mend-about = Перейти: { $what }
admin-amiss = { $count ->
    [one] нужно сделать { $count } дело
    [few] нужно сделать { $count } дела
   *[other] нужно сделать { $count } дел
  }
admin-languages = Языки

# Saving
admin-saving = Несохранённые изменения
admin-unsaved = Ещё не сохранено: { $where }
admin-not-saved = ещё не сохранено
admin-save = Сохранить
admin-saved = Сохранено. Отделение уже работает по-новому.
admin-discard = Отбросить
admin-discard-title = Отбросить изменения?
admin-discard-text = Ваши изменения пропадут: { $where }.
admin-keep-editing = Продолжить правку
admin-leave-title = Выйти без сохранения?
admin-leave-text = Есть несохранённые изменения. При выходе они пропадут.
admin-errors = { $count ->
    [one] Ничего не сохранено: { $count } ошибка
    [few] Ничего не сохранено: { $count } ошибки
   *[other] Ничего не сохранено: { $count } ошибок
  }
admin-save-lost = Отделение не ответило, и неизвестно, сохранены ли изменения. Они ещё здесь: сохраните снова.
admin-fault-lost = Отделение не отвечает. Попробуйте снова.
admin-fault-other = Не получилось: { $detail }
admin-hits-title = Перед сохранением
admin-hits-forbidden = Пока это сохранить нельзя
admin-removed = Вы удаляете:
admin-save-all-the-same = Всё равно сохранить
admin-conflict = Настройки изменил кто-то другой
admin-conflict-text = Он сохранил, пока вы правили. Ни ваше, ни его не потеряно.
admin-clashes = { $count ->
    [one] { $count } место изменили вы оба; там останется ваше.
    [few] { $count } места изменили вы оба; там останется ваше.
   *[other] { $count } мест изменили вы оба; там останется ваше.
  }
admin-take-theirs = Отбросить моё
admin-mine-on-top = Наложить моё поверх
admin-number-missing = Введите число.

# Services
admin-services = Услуги
admin-services-text = Зачем приходят клиенты, в том порядке, в каком это предлагают терминал и телефон.
admin-service = Услуга
admin-add-service = Добавить услугу
admin-add-group = Добавить группу
admin-new-service = Новая услуга
admin-new-group = Новая группа
admin-no-services = Услуг ещё нет. Добавьте первую, чтобы можно было взять талон.
admin-empty-group = В этой группе ничего нет, поэтому её никто не видит.
admin-without-name = (без названия)
admin-name = Название
admin-description = Описание
admin-description-hint = Фраза под названием: для чего это, что принести.
admin-text-missing = нет текста
admin-remove = Удалить
admin-moved = { $name }: теперь место { $place } из { $count }
admin-move-up = { $name }: выше
admin-move-down = { $name }: ниже
admin-disabled = недоступна
admin-hidden = только для сотрудников
admin-has-hours = по часам
admin-has-quota = не больше { $count } в день
admin-tickets = Талоны
admin-tag = Буква номеров
admin-tag-hint = До четырёх букв или цифр, в конце буква. Услуги с одной буквой нумеруются вместе.
admin-tag-shared = Общая нумерация: { $names }.
admin-group = Группа
admin-no-group = Нет, на верхнем уровне
admin-expected = Обычная длительность приёма, минут
admin-expected-hint = Для оценки, пока отделение не измерит само.
admin-quota = Талонов в день, не больше
admin-quota-hint = Пусто: без ограничения.
admin-disable = Недоступна
admin-disable-hint = Видна, но талон взять нельзя. Ожидающих вызывают как прежде.
admin-hide = Только для сотрудников
admin-hide-hint = Клиенты её не видят; сотрудники могут выдавать талоны.
admin-served-at = Где обслуживают
admin-served-nowhere = Её не обслуживает ни одно окно: талоны никогда не вызовут.
admin-group-holds = Услуги в группе
admin-group-holds-text = Услуга стоит в одной группе или на верхнем уровне.

# Hours
admin-hours = Часы приёма
admin-hours-text = Когда выдают талоны, по времени { $zone }. Выберите услугу, чтобы изменить часы.
admin-hours-service = Талоны выдают только в это время.
admin-always = В любое время
admin-closed = закрыто
admin-hours-a-week = { $hours } ч { $minutes } мин в неделю
admin-copy-monday = До пятницы как в понедельник
admin-hours-everywhere = Эти часы для всех услуг
admin-from-on = { $day }, с
admin-to-on = { $day }, до
admin-add-times = { $day }: добавить время
admin-remove-times = { $day }: убрать это время

# Counters
admin-counters = Окна
admin-counters-text = Где обслуживают клиентов, в том порядке, в каком их видят сотрудники.
admin-counter-name = Окно { $counter }
admin-add-counter = Добавить окно
admin-no-counters = Окон ещё нет. Добавьте первое, чтобы можно было вызывать.
admin-counter-called = Название
admin-counter-called-hint = Как его называют табло и талоны: 1, 2 или «Касса».
admin-counter-serves = Что здесь обслуживают
admin-serves-all = Все услуги
admin-serves-all-text = И те, что появятся.
admin-serves-these = Только эти
admin-serves-nothing = ничего
admin-keypad = Здесь стоит пульт для оценки
admin-keypad-hint = Отделение сообщит, если его нет или он не отвечает.
admin-has-keypad = с пультом

# Operators
admin-operators = Сотрудники
admin-operators-text = Кто здесь работает и что им можно.
admin-add-operator = Добавить сотрудника
admin-new-operator = Новый сотрудник
admin-no-operators = Пока никого нет.
admin-nobody-found = Никого с таким именем нет.
admin-seek-operator = Поиск по имени
admin-without-password = нет пароля, войти нельзя
admin-no-rights = нет прав
admin-operator-number = Сотрудник { $number }
admin-oneself = Это вы. Без права «администрирование» вы не сможете сюда вернуться.
admin-person-name = Имя
admin-login-hint = С ним входят. У других не может быть такого же.
admin-rights = Что можно
admin-right-counter = Работать у окна
admin-right-counter-text = Вызывать, вызывать снова, завершать приём.
admin-right-services = Выбирать услуги
admin-right-services-text = Выбирать, какие услуги вызывать, и выдавать на них талоны.
admin-right-tickets = Выбирать талоны
admin-right-tickets-text = Вызывать определённый талон из очереди и выдавать талоны.
admin-right-park = Откладывать
admin-right-park-text = Оставить клиента на потом.
admin-right-transfer = Передавать
admin-right-transfer-text = Направить клиента к другой услуге, окну или коллеге.
admin-right-hall = Руководить залом
admin-right-hall-text = Видеть все окна и показатели, действовать за других.
admin-right-administration = Администрирование
admin-right-administration-text = Менять настройки, сотрудников и пароли.
admin-able = Услуги
admin-able-text = Что обслуживает
admin-password-text = Действует сразу. Вошедшим со старым паролем придётся войти снова.
admin-password-after = Сначала сохраните сотрудника; потом задайте пароль.
admin-new-password = Новый пароль
admin-password-rule = Не короче { $count } знаков. Несколько слов подряд надёжны и легко запоминаются.
admin-password-short = Пароль должен быть не короче { $count } знаков.
admin-password-show = Показать пароль
admin-password-do = Задать пароль
admin-password-set = Новый пароль задан.
admin-sign-out-everywhere = Завершить все входы
admin-sign-out-title = Завершить все входы: { $name }?
admin-sign-out-text = На каждом устройстве придётся войти снова. Начатый приём не закроется.
admin-sign-out-do = Завершить
admin-signed-out = Все входы завершены.

# Texts
admin-words = Языки и тексты
admin-words-text = Все собственные тексты отделения на одном языке, рядом с текстами первого языка.
admin-language = Язык
admin-language-shown = Язык для правки
admin-language-name = Название на самом языке
admin-language-code = Код
admin-language-code-hint = Например en-gb, hu, ar.
admin-add-language = Добавить язык
admin-remove-language = Удалить этот язык
admin-first-language = Это первый язык: где у другого нет текста, стоит его текст.
admin-missing-count = { $count ->
    [one] нет { $count } текста
   *[other] нет { $count } текстов
  }
admin-nothing-missing = Все тексты на месте.
admin-only-missing = Показать только недостающие
admin-slip = Печатный талон
admin-slip-footer = Последняя строка талона
admin-question = Вопрос { $number }
admin-answer = Ответ { $number }

# Smart Ticket
admin-smart = Smart Ticket
admin-smart-text = Телефон вместо талона: клиент сканирует код, следит за очередью и получает вызов на телефон.
admin-smart-on = Smart Ticket включён
admin-public-url = Публичный адрес
admin-public-url-hint = По нему телефоны находят отделение; начинается с https://. Пусто: адрес самого устройства.
admin-valid = Код действует, минут
admin-valid-hint = Затем терминал показывает новый.
admin-printer-number = Номер принтера
admin-printer-number-hint = Как в разделе «Устройства». Пусто: нет.
admin-survey = Вопросы после приёма
admin-standby = Терминал { $dispenser }: через сколько секунд вернуться в начало
admin-standby-hint = Для следующего клиента, если никто не касается.
admin-dispensers = Терминалы
admin-smart-greeting = Рядом с кодом
admin-smart-title = Заголовок
admin-smart-notices = Что говорит телефон
admin-smart-variables = Эти слова подставляются:
admin-variable-ticket = номер талона
admin-variable-counter = название окна
admin-smart-call = При вызове
admin-smart-feedback = Просьба об оценке
admin-preview = Как это выглядит

# Bookings
admin-bookings = Запись
admin-bookings-text = Время, на которое клиенты записываются заранее.
admin-bookings-on = Запись включена
admin-slot = Длительность записи, минут
admin-places = Клиентов одновременно
admin-bookings-hours = Часы для записи
admin-check-in = Приход и ожидание
admin-check-in-text = Когда записавшийся может получить талон.
admin-check-in-before = Минут до назначенного времени
admin-check-in-after = Минут после него
admin-hold = Выбранное время держится, минут
admin-hold-hint = Пока клиент не подтвердит.
admin-pin = Цифр в PIN
admin-priority = Приоритет
admin-priority-hint = От 1 до 9, где 9 идёт первым; у пришедших без записи 5.

# Rules
admin-rules = Отделение и правила
admin-branch = Отделение
admin-branch-name = Название отделения
admin-zone = Часовой пояс
admin-zone-hint = Например Europe/Budapest.
admin-day-ends = Рабочий день кончается в
admin-day-ends-hint = Тогда нумерация начинается заново; выберите время, когда никого нет.
admin-missing = Кто не пришёл
admin-no-shows-max = Напрасных вызовов
admin-no-shows-max-hint = После стольких талон закрывается.
admin-put-back = Обратно в очередь через, минут
admin-put-back-hint = Само. Пусто: только клиент или сотрудник.
admin-tolerance = Можно вызвать снова в течение, талонов
admin-tolerance-hint = Через столько вызовов той же услуги уже поздно.
admin-feedback = Оценка
admin-feedback-for = Открыта после приёма, минут
admin-feedback-for-hint = Потом телефон не спрашивает.

# Devices
admin-devices = Устройства
admin-devices-text = Принтеры, табло и пульты у этого устройства; проверяются каждые несколько секунд.
admin-devices-where = Устройства добавляет техник в конфигурации.
admin-no-devices = Устройств нет
admin-no-devices-text = Без принтера терминал показывает номера на экране и на телефонах.
admin-printer = Принтер
admin-display = Табло
admin-keypad-device = Пульт
admin-state-disabled = выключено
admin-state-opening = идёт поиск
admin-state-online = работает
admin-state-degraded = требует внимания
admin-state-offline = недоступно
admin-since = С { $time }
admin-test-print = Напечатать пробный талон
admin-test-show = Показать пробу
admin-test-press = Проверить кнопку
admin-press-now = Нажмите любую кнопку пульта; он ждёт пятнадцать секунд.
admin-test-printed = Талон вышел: все строки читаются?
admin-test-waiting = Талон ждёт; он выйдет, когда принтер будет готов.
admin-test-not-printed = Возможно, талон не напечатан. Посмотрите на принтер.
admin-test-shown = Показывает TEST десять секунд или до вызова.
admin-test-pressed = Нажата кнопка { $key }: работает.
admin-test-not-pressed = За пятнадцать секунд никто не нажал.
admin-test-offline = Устройство недоступно, проверить нельзя.
admin-test-in-use = Сейчас занято. Попробуйте через минуту.

# History
admin-history = История
admin-history-text = Кто, что и когда изменил. Любую версию можно вернуть.
admin-changes = { $count ->
    [one] { $count } изменение
    [few] { $count } изменения
   *[other] { $count } изменений
  }
admin-more-changes = И ещё { $count }.
admin-older = Более ранние
admin-by-technician = Техник у устройства
admin-by-box = Само устройство
admin-change-by = Изменено: { $who }
admin-before = Было
admin-after = Стало
admin-added = добавлено
admin-taken-away = удалено
admin-order = порядок
admin-in-force = Это действующие настройки.
admin-no-version = Такой версии нет.
admin-restore = Вернуть эту версию
admin-restore-title = Вернуть эту версию?
admin-restore-text = Все настройки станут такими, как после этого изменения. Ничего не действует до сохранения; пароли не меняются.
admin-restore-drops = Несохранённое пропадёт.
