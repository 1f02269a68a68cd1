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

# What is amiss, and what to do
admin-check-no-services = В отделении ещё нет услуг, поэтому талон взять нельзя.
admin-do-no-services = Добавьте услугу или верните прежнюю версию.
admin-check-no-counters = В отделении нет окон, поэтому никого нельзя вызвать.
admin-do-no-counters = Добавьте окно.
admin-check-day-not-open = Рабочий день не открыт, поэтому талон взять нельзя.
admin-do-day-not-open = Проверьте, верно ли идут часы.
admin-check-service-without-counter = Услугу «{ $service }» не обслуживает ни одно окно: её талоны никогда не вызовут.
admin-do-service-without-counter = Назначьте её окну или сделайте недоступной.
admin-check-service-without-operator = Услугу «{ $service }» не обслуживает ни один сотрудник.
admin-do-service-without-operator = Назначьте её сотруднику или сделайте недоступной.
admin-check-service-never-open = У услуги «{ $service }» такие часы приёма, что она никогда не открыта.
admin-do-service-never-open = Задайте ей часы или сделайте недоступной.
admin-check-counter-serves-nothing = Окно { $counter } ничего не обслуживает.
admin-do-counter-serves-nothing = Назначьте ему услуги или удалите его.
admin-check-operator-without-password = У сотрудника { $operator } нет пароля, войти он не может.
admin-do-operator-without-password = Задайте пароль или удалите сотрудника.
admin-check-no-administrator = Никто не может войти, чтобы управлять отделением.
admin-do-no-administrator = Дайте сотруднику право «Администрирование» и пароль, у самого устройства.
admin-check-language-without-texts = { $count ->
    [one] { $language }: не хватает { $count } текста.
   *[other] { $language }: не хватает { $count } текстов.
  }
admin-do-language-without-texts = Допишите недостающее; до тех пор там стоит текст первого языка.
admin-check-no-printer = Принтер не настроен: терминал выдаёт номера без бумажных талонов.
admin-do-no-printer = Настройте принтер.
admin-check-printer-unknown = Талоны с телефонов печатает устройство { $device }, а это не принтер.
admin-do-printer-unknown = Укажите в разделе Smart Ticket принтер или оставьте пустым.
admin-check-counter-without-keypad = У окна { $counter } должен быть пульт, но его нет.
admin-do-counter-without-keypad = Настройте пульт или отключите его в форме окна.
admin-check-smart-ticket-unreachable = Телефоны не могут открыть { $address }: этот адрес ведёт к ним самим.
admin-do-smart-ticket-unreachable = Укажите в разделе Smart Ticket публичный адрес, по которому приходят телефоны.
admin-check-bookings-without-service = Запись включена, но записаться не на что.
admin-do-bookings-without-service = Предложите услугу и часы, в которые помещается запись, или выключите запись.
admin-check-clock-untrusted = Часы отстают от уже записанного или никогда не выставлялись.
admin-do-clock-untrusted = Выставьте часы или подключите устройство к серверу времени. До тех пор рабочий день не закончится.
admin-check-slips-missing = { $count ->
    [one] За два дня, возможно, не вышел { $count } талон (устройство { $device }).
    [few] За два дня, возможно, не вышли { $count } талона (устройство { $device }).
   *[other] За два дня, возможно, не вышло { $count } талонов (устройство { $device }).
  }
admin-do-slips-missing = Узнайте у терминала, не стоят ли там клиенты без талона.
admin-check-disk-failing = Диск не принимает запись.
admin-do-disk-failing = Проверьте, не полон ли он и исправен ли. До тех пор ничего не принимается.
admin-check-disk-full = На диске свободно { $free } МиБ из { $total } МиБ.
admin-do-disk-full = Удалите лишнее или поставьте диск больше.
admin-check-database-damaged = В базе данных повреждена страница. { $checked ->
    [no] Идёт первая проверка после запуска.
   *[other] Последняя полная проверка: { $time }.
  }
admin-do-database-damaged = Сегодня вечером восстановите резервную копию.
admin-check-database-large = База данных занимает { $mib } МиБ.
admin-do-database-large = Копии и проверки идут долго: поручите удалить старые рабочие дни.
admin-check-database-log-large = Журнал базы данных занимает { $mib } МиБ и не уменьшается.
admin-do-database-log-large = Проверьте, не держит ли базу открытой другая программа. После перезапуска журнал сожмётся.
admin-check-broker-away = Нет связи с брокером { $broker } с { $time }: { $reason }.
admin-do-broker-away = Проверьте сеть и брокер. Отделение работает дальше, а центр получит всё, когда связь вернётся.
admin-check-central-away = Центр не отвечает с { $time }, хотя брокер { $broker } отвечает.
admin-do-central-away = Проверьте центральный сервер. Отделение работает дальше, а центр получит всё, когда вернётся.
admin-check-presses-lost = { $count ->
    [one] { $device }: с запуска потеряно { $count } нажатие.
    [few] { $device }: с запуска потеряно { $count } нажатия.
   *[other] { $device }: с запуска потеряно { $count } нажатий.
  }
admin-do-presses-lost = Проверьте, не отключается ли пульт надолго.
admin-check-keypad-at-no-counter = Пульт { $device } стоит у окна { $counter }, которого нет.
admin-check-display-at-no-counter = Табло { $device } стоит у окна { $counter }, которого нет.
admin-do-at-no-counter = Настройте его для существующего окна.
admin-check-device-away = { $device } ({ $port }): устройство недоступно.
admin-check-device-trouble = { $device } ({ $port }): требует внимания.
admin-trouble-paper-near-end = Рулон бумаги кончается: приготовьте новый.
admin-trouble-paper-out = В принтере кончилась бумага: вставьте новый рулон.
admin-trouble-cover-open = Крышка принтера открыта: закройте её.
admin-trouble-cutter = Нож заклинило: откройте крышку и уберите бумагу.
admin-trouble-head-hot = Печатающая головка перегрелась и остановилась, пока не остынет.
admin-trouble-jam = Бумага застряла в принтере: откройте его и уберите её.
admin-trouble-ticket-not-taken = Последний талон ещё в принтере: возьмите его.
admin-trouble-blocked = Устройство не принимает данные: оно отключено, или неверно настроено управление потоком.
admin-trouble-no-answer = Устройство не отвечает: проверьте питание, кабель и скорость порта.
admin-trouble-paused = Принтер отключён от линии: нажмите кнопку подачи бумаги или выключите и включите его.
admin-trouble-broken = Принтер сообщает о неустранимой ошибке: выключите и включите его, затем вызовите мастера.
admin-trouble-port-missing = Такого порта нет: проверьте кабель и порт, заданный для устройства.
admin-trouble-port-busy = Порт занят другой программой.
admin-trouble-port-denied = Порт нельзя открыть: учётная запись программы не входит в группу порта.
admin-trouble-port-unusable = Порт нельзя настроить как задано: проверьте его путь и параметры.
admin-trouble-port-gone = Устройство отключили, или у него нет питания.
admin-trouble-wrong-device = Кто-то отвечает, но не на языке этого устройства: проверьте порт, скорость и драйвер.
admin-trouble-crc-errors = Данные приходят повреждёнными: проверьте кабель, его согласование и скорость.
admin-trouble-ring-overflow = У пульта накопилось больше нажатий, чем он хранит: самые старые потеряны.
admin-trouble-tampered = Корпус пульта открыт: выясните, кто его открыл, и закройте.
admin-trouble-key-stuck = Кнопка пульта залипла: освободите её или вызовите мастера.

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
admin-remove-named = Убрать: { $name }
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

# A counter at this moment
admin-free = Освободить
admin-free-title = Освободить окно { $counter }?
admin-free-text = Сотрудник покинет окно; его вход сохранится, и он сможет снова открыть окно. В истории талона останется, что это сделали вы.
admin-free-empty = Сейчас там никого не обслуживают.
admin-free-visit = Что сделать с приёмом
admin-free-back = Обратно в очередь
admin-free-back-hint = Клиент снова ждёт и будет вызван следующим.
admin-free-park = Отложить
admin-free-park-hint = Талон останется отложенным: { $who }. Клиента можно будет вызвать позже.
admin-free-nobody = это окно
admin-free-finish = Завершить
admin-free-finish-hint = Клиента обслужили, и он ушёл.
admin-free-changed = Приём тем временем изменился. Посмотрите ещё раз и выберите.
admin-free-not-so = Вернуть этот талон в очередь нельзя. Выберите другое.
admin-freed = Окно { $counter } свободно.
admin-freed-back = { $ticket } снова в очереди и будет вызван следующим.
admin-freed-park = { $ticket } отложен.
admin-freed-finish = { $ticket } завершён.
admin-now-sits = { $who }: у окна с { $time }
admin-now-break = { $who }: перерыв с { $time }
admin-now-called = { $ticket }: вызван в { $time }
admin-now-serving = { $ticket }: на приёме с { $time }
admin-now-afterwork = { $ticket }: оформление с { $time }

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
admin-right-transfer = Переводить
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

# Surveys
admin-surveys = Опросы
admin-surveys-text = О чём спрашивают клиентов после приёма: на телефоне и на пульте у окна.
admin-add-survey = Добавить опрос
admin-new-survey = Новый опрос
admin-no-surveys = Опросов ещё нет.
admin-survey-asked = проводится
admin-survey-asked-text = Этот опрос проводится после приёма. Чтобы удалить его, сначала выберите другой в разделе Smart Ticket.
admin-survey-name-hint = Для вас; клиенты его не видят.
admin-questions = { $count ->
    [one] { $count } вопрос
    [few] { $count } вопроса
   *[other] { $count } вопросов
  }
admin-questions-title = Вопросы
admin-answers = Ответы
admin-question-asked = О чём спрашивают
admin-add-question = Добавить вопрос
admin-add-answer = Добавить ответ
admin-no-answers = У вопроса должен быть хотя бы один ответ.
admin-answer-value = Считается как
admin-answer-value-hint = Для средних; у лучшего ответа наибольшее число.

# Virtual Ticket
admin-virtual = Virtual Ticket
admin-virtual-text = Талоны, которые клиенты приложения берут издалека, до прихода.
admin-virtual-on = Virtual Ticket включён
admin-virtual-many = У клиента может быть несколько талонов
admin-virtual-many-hint = Иначе один за раз.
admin-virtual-who = Кто может взять
admin-virtual-who-text = Если ждут немногие, лучше просто прийти.
admin-radius = Не дальше, километров
admin-radius-hint = От места, указанного ниже. Пусто: отовсюду.
admin-min-customers = Ожидающих, не меньше
admin-min-customers-hint = 0: всегда.
admin-min-waiting = Время ожидания, не меньше, минут
admin-warn-ahead = Предупредить, когда впереди столько
admin-warn-ahead-hint = Если клиент не выбрал иначе.
admin-virtual-notices = Что говорит приложение
admin-virtual-call = При вызове
admin-virtual-warning = Скоро очередь
admin-message = Сообщение
admin-variable-tag = буквы талона
admin-variable-number = его номер
admin-variable-ahead = сколько впереди
admin-site = Где находится отделение
admin-site-text = Приложения показывают это и находят по нему отделение.
admin-address = Улица и дом
admin-city = Город
admin-region = Регион
admin-country = Страна
admin-phone = Телефон
admin-email = Электронная почта
admin-website = Сайт
admin-coordinates = Широта и долгота
admin-coordinates-hint = Как на картах. Нужны для расстояния.
admin-coordinates-wrong = Введите два числа, например 47.4979, 19.0402.

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
admin-branch-number = Номер отделения
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
admin-devices-where = Этот список задан в конфигурации самого устройства, и техник меняет его там. Его можно вести и на этой странице: для этого техник убирает его из конфигурации.
admin-device-number = Номер { $number }
admin-device-add = Добавить устройство
admin-device-change = Изменить
admin-device-kind = Что это
admin-device-model = Модель
admin-device-port = Порт
admin-device-port-hint = Файл устройства. Лучше всего из /dev/serial/by-id: он не меняется, в какое бы гнездо ни включили.
admin-device-place = Где стоит
admin-device-hall = В зале: вызовы всех окон
admin-device-address = Адрес на линии
admin-device-address-hint = Только если несколько устройств на одном кабеле.
admin-device-name = Название
admin-device-name-hint = Как его называют сотрудники: «У двери».
admin-device-more = Скорость линии
admin-device-baud = Бит в секунду
admin-device-baud-hint = Пусто: заводская настройка модели.
admin-device-meanwhile = Тем временем кто-то другой изменил устройства. Посмотрите список ещё раз и сохраните снова.
admin-device-remove-title = Убрать это устройство?
admin-device-remove-text = Оно остановится сразу. То, что его ждёт, не будет напечатано или показано.
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

# Screens
admin-screens = Экраны
admin-screens-text = Терминалу вдали от устройства нужен ключ, чтобы никто не брал талоны через чужой браузер. Табло в зале он не нужен.
admin-screen-new = Новый экран
admin-screen-name-hint = Чтобы узнать его потом: «Терминал у двери».
admin-screen-name-missing = Назовите экран.
admin-screen-make = Создать ключ
admin-screen-made = Адрес для «{ $name }»
admin-screen-made-text = Он виден только сейчас. Откройте его один раз на том экране: дальше экран хранит ключ сам. Кто знает адрес, может выдавать талоны: не пересылайте его.
admin-screen-address = Адрес, который нужно открыть
admin-copy = Копировать
admin-copied = Скопировано
admin-screen-done = Готово
admin-screens-full = Больше экранов быть не может. Сначала отзовите один из ключей.
admin-screens-known = Экраны с ключом
admin-no-screens = Таких нет. Экранам на самом устройстве и с доверенных адресов ключ не нужен.
admin-screen-since = с { $time }
admin-screen-end = Отозвать
admin-screen-end-title = Отозвать ключ экрана «{ $name }»?
admin-screen-end-text = Экран больше не выдаёт талонов и сообщает об этом. Вернуть ключ нельзя; можно создать новый.
admin-screen-ended = У экрана «{ $name }» больше нет ключа.

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
