clerk-title = Окно
clerk-title-call = { $label } · окно { $counter }
clerk-title-line = ({ $count }) Окно { $counter }
clerk-counter-name = Окно { $counter }

# Signing in
clerk-sign-in = Вход
clerk-sign-in-where = Вы будете работать в окне { $counter }; потом можно выбрать другое.
clerk-sign-in-ended = Сеанс завершён. Войдите, пожалуйста, снова: окно и начатое обслуживание остались как были.
clerk-sign-in-lost = Сервер отделения не отвечает. Проверьте сетевой кабель этого компьютера и попробуйте снова.

# Choosing a counter
clerk-counters = Где вы работаете сегодня?
clerk-counter-free = Свободно
clerk-counter-mine = Ваше окно
clerk-take-over = Занять
clerk-take-over-title = Окно { $counter } занято: { $name }
clerk-take-over-text = Если вы займёте окно, страница коллеги остановится и сообщит об этом. Начатое там обслуживание сначала нужно завершить.
clerk-move = Перейти сюда
clerk-move-title = Вы ещё работаете в окне { $counter }
clerk-move-text = Окно { $from } закроется, вы продолжите в окне { $to }.
clerk-cancel = Отмена
clerk-choose-another = Выбрать другое окно
clerk-open-counter = Открыть окно
clerk-free-title = Окно { $counter } закрыто
clerk-free-text = Пока вы его не откроете, сюда никого не вызывают.
clerk-free-elsewhere = Сейчас вы работаете в окне { $counter }.
clerk-taken-title = Это окно теперь занимает { $name }
clerk-taken-text = С { $time }. Ничего из сохранённого не потеряно.
clerk-unknown-counter = Такого окна больше нет
clerk-unknown-counter-text = Настройки отделения изменились. Выберите окно, за которым вы сидите.
clerk-forbidden = Вам нельзя работать в окне
clerk-forbidden-text = У вашей учётной записи нет права «counter». Его может дать администратор.

# The visit
clerk-visit = Посетитель
clerk-ready = Можно вызывать следующего
clerk-ready-text = { $n ->
    [one] Ожидает { $count } человек.
    [few] Ожидают { $count } человека.
    [many] Ожидают { $count } человек.
   *[other] Ожидают { $count } человека.
  }
clerk-empty = Никто не ждёт
clerk-empty-text = Как только кто-то возьмёт талон, вы увидите его здесь.
clerk-first = Следующий
clerk-called = Вызван
clerk-serving = У вашего окна
clerk-afterwork = Завершающая работа
clerk-on-break = У вас перерыв
clerk-on-break-text = В это время к вашему окну никого не вызывают.
clerk-waited = ждал { $time }
clerk-calls = вызовов: { $count }
clerk-no-shows = не явился, раз: { $count }
clerk-lines = Услуги этого посетителя

# The main button and the others
clerk-next = Следующий
clerk-start = Начать
clerk-finish = Завершить
clerk-finish-next = Завершить и вызвать
clerk-finish-afterwork = Доработка
clerk-done = Готово
clerk-work = Вернуться к работе
clerk-recall = Повторить вызов
clerk-no-show = Не явился
clerk-transfer = Перевести
clerk-park = Отложить
clerk-note = Заметка
clerk-note-change = Изменить заметку
clerk-break = Перерыв
clerk-straight-on = После завершения сразу вызывать следующего
clerk-wait-for-branch = Ждём сервер
clerk-slow = Сервер отвечает медленно …
clerk-heard-called = { $label }: вызов { $calls }.
clerk-heard-serving = { $label } у вашего окна.

# Undo
clerk-undo = Отменить
clerk-undo-no-show = { $label }: не явился
clerk-undo-finish = { $label }: завершено
clerk-undo-park = { $label }: отложено
clerk-undo-transfer = { $label }: переведено

# The line
clerk-line = Очередь
clerk-tab-next = Следующие
clerk-tab-parked = Отложены
clerk-tab-missing = Не явились
clerk-none-next = Вас никто не ждёт.
clerk-none-parked = Вы никого не отложили.
clerk-none-missing = Нет неявившихся, кого ещё можно вызвать.
clerk-for-you = к вам
clerk-for-counter = в это окно
clerk-booked = запись на { $time }
clerk-has-note = заметка
clerk-waiting-since = Время ожидания
clerk-call-this = Вызвать
clerk-call-label = Вызвать { $label }
clerk-more = и ещё { $count }
clerk-services = Ожидающие по услугам
clerk-service = Услуга
clerk-waiting = Ждут
clerk-longest = Дольше всех
clerk-barred-visit = Сначала завершите текущее обслуживание.
clerk-barred-break = У вас перерыв. Сначала вернитесь к работе.

# Transfer and note
clerk-transfer-title = Перевести { $label }
clerk-transfer-to = Куда
clerk-transfer-hint = Введите букву или имя, выберите стрелками, отправьте клавишей Enter.
clerk-transfer-nothing = Ничего не найдено.
clerk-transfer-do = Перевести: { $name }
clerk-to-service = Услуга
clerk-to-counter = Окно
clerk-to-operator = Сотрудник
clerk-then-back = Затем вернуть ко мне
clerk-note-title = Заметка: { $label }
clerk-note-hint = Её увидит тот, кто примет посетителя следующим. Посетитель её не видит.
clerk-save = Сохранить

# Menu and help
clerk-menu = Меню
clerk-sound-on = Звук включён
clerk-sound-off = Звук выключен
clerk-close-counter = Закрыть окно
clerk-sign-out = Выйти
clerk-help = Клавиши
clerk-help-text = Удержание клавиши считается одним нажатием. Пока вы пишете в поле, клавиши относятся к нему.
clerk-key-advance = То, что написано на большой кнопке
clerk-key-recall = Повторить вызов
clerk-key-finish = Завершить
clerk-key-no-show = Не явился
clerk-key-transfer = Перевести
clerk-key-break = Перерыв и возвращение к работе
clerk-key-undo = Отменить
clerk-key-help = Эта справка
clerk-close = Закрыть
clerk-dismiss = Скрыть

# Trouble
clerk-opening = Соединяемся с сервером отделения …
clerk-away = Сервер отделения не отвечает
clerk-away-text = Проверьте сетевой кабель этого компьютера. Страница пробует снова сама.
clerk-try-again = Повторить
clerk-lost = Нет связи с сервером отделения с { $time }. Показано состояние на тот момент; кнопки заработают, когда сервер ответит.
clerk-fault-lost = Сервер не ответил. Посмотрите, что показывает страница, и нажмите ещё раз, если действие не выполнено.
clerk-fault-nobody = Никто не ждёт: кто-то успел раньше.
clerk-fault-not-current = Состояние изменилось до нажатия. То, что вы видите сейчас, верно; ничего не сделано.
clerk-fault-busy = В этом окне есть начатое обслуживание. Сначала его нужно там завершить.
clerk-fault-busy-elsewhere = У вас начато обслуживание в другом окне. Сначала завершите его там.
clerk-fault-no-shift = Окно закрыто. Сначала откройте его.
clerk-fault-taken = Тем временем там уже сел коллега. Чтобы занять окно, выберите его снова.
clerk-fault-elsewhere = Коллега успел раньше и уже вызвал этого посетителя.
clerk-fault-undo = Отменить уже нельзя: время вышло или что-то изменилось.
clerk-fault-out-of-turn = Сейчас это невозможно.
clerk-fault-too-soon = Подождите несколько секунд перед повторным вызовом.
clerk-fault-too-many = Этого посетителя больше нельзя вызвать.
clerk-fault-not-served = Это окно не обслуживает услугу посетителя.
clerk-fault-other = Не выполнено: { $detail }
