phone-title = Ваш талон
phone-title-waiting = { $label } · перед вами { $ahead }
phone-title-called = { $label }: окно { $counter }
phone-opening = Открываем …
phone-lost = Нет связи.
phone-lost-text = Ваше место сохранено. Данные на { $time }.

phone-choose = Чем мы можем помочь?
phone-waiting-count = { $count ->
    [0] Никто не ждёт
    [one] Ждёт { $count } человек
    [few] Ждут { $count } человека
   *[many] Ждут { $count } человек
  }
phone-service-shut = Сейчас недоступно
phone-minutes-under = меньше { $high } мин
phone-minutes-span = { $low }–{ $high } мин
phone-have-booking = У меня запись
phone-people-waiting = Ожидают
phone-expected-wait = Примерное ожидание
phone-take = Взять талон
phone-back = Назад
phone-booking-title = Ваша запись
phone-booking-code = Код записи
phone-booking-hint = Он указан в подтверждении записи.
phone-booking-use = Применить код
phone-booking-empty = Введите код вашей записи.
phone-held = У вас уже есть талон { $label }.
phone-held-show = Показать
phone-nothing = Выбирать не из чего
phone-nothing-text = Сейчас отделение не предлагает услуг по телефону. Пожалуйста, обратитесь к сотрудникам.
phone-closed = Сейчас закрыто
phone-closed-text = Ни одна услуга сейчас не принимает посетителей. Приходите в часы работы или обратитесь к сотрудникам.

phone-waiting = Вы в очереди
phone-nearly = Скоро ваша очередь
phone-next = Вы следующий
phone-nearly-text = Пожалуйста, подойдите в зал ожидания и не закрывайте эту страницу.
phone-parked = Пожалуйста, будьте рядом
phone-parked-text = Сотрудник ненадолго отложил ваш талон и вызовет вас снова. Ваше место сохранено.
phone-booked = Ваша запись
phone-booked-text = Вы ещё не в очереди. Пожалуйста, введите код записи на аппарате выдачи талонов.
phone-your-number = Ваш номер
phone-ahead = Перед вами
phone-ahead-none = никого
phone-wait-unknown = пока неизвестно
phone-place-aloud = { $ahead ->
    [0] Вы следующий.
    [one] Перед вами { $ahead } человек.
    [few] Перед вами { $ahead } человека.
   *[many] Перед вами { $ahead } человек.
  }
phone-counters = Вас могут вызвать к окну
phone-counters-none = окно скоро откроется
phone-waited = Вы ждёте
phone-steps = Ваш визит
phone-note-ahead = Перед вами пройдёт посетитель по записи или со срочным делом. Ваше место сохраняется.
phone-note-back = Вы снова в очереди.
phone-note-transferred = Вас направили дальше. Занимать очередь заново не нужно.
phone-sound-off = Звук выключен. Мы можем подать сигнал, когда подойдёт очередь.
phone-sound-on = Включить
phone-keep-open = Не закрывайте эту страницу: экран не погаснет и сообщит, когда подойдёт очередь.
phone-cancel = Отказаться от очереди
phone-cancel-title = Отказаться от места?
phone-cancel-text = Талон будет удалён, вернуть его нельзя.
phone-cancel-reason = Почему? Отвечать необязательно.
phone-reason-long = Слишком долго ждать
phone-reason-later = Приду в другой раз
phone-reason-mistake = Выбрана не та услуга
phone-reason-solved = Вопрос уже решён
phone-cancel-words = Своими словами
phone-cancel-no = Остаться
phone-cancel-yes = Отказаться

phone-called = Ваша очередь
phone-called-again = Вас вызывают снова
phone-called-counter = Окно
phone-called-seen = Выключить сигнал
phone-called-aloud = Номер { $label }, пожалуйста, подойдите к окну { $counter }.

phone-serving = Вас обслуживают
phone-total-wait = Вы ждали
phone-serving-time = У окна

phone-feedback = Как всё прошло?
phone-feedback-text = Обслуживание завершено. Ваше мнение нам поможет.
phone-feedback-words = Своими словами
phone-feedback-privacy = Пожалуйста, не указывайте имён и номеров счетов.
phone-feedback-empty = Сначала выберите ответ или пропустите.
phone-feedback-skip = Пропустить
phone-feedback-send = Отправить

phone-bye = До свидания!
phone-bye-text = Обслуживание завершено. Страницу можно закрыть.
phone-bye-figures = Талон { $label }, ожидание { $wait }
phone-missing = Вы пропустили вызов
phone-missing-text = Нажмите кнопку, чтобы вернуться в очередь.
phone-missing-minutes = { $minutes ->
    [one] Вы вернётесь в очередь через { $minutes } минуту или сразу, если нажмёте кнопку.
    [few] Вы вернётесь в очередь через { $minutes } минуты или сразу, если нажмёте кнопку.
   *[many] Вы вернётесь в очередь через { $minutes } минут или сразу, если нажмёте кнопку.
  }
phone-missing-last = Если пропустите и следующий вызов, талон станет недействительным.
phone-put-back = Вернуться в очередь
phone-missed = Талон больше не действует
phone-missed-text = Номер { $label } вызывали несколько раз. Чтобы взять новый талон, отсканируйте код на аппарате.
phone-cancelled = Талон удалён
phone-cancelled-text = Номера { $label } больше нет в очереди. Чтобы взять новый, отсканируйте код на аппарате.

phone-no-key = Отсканируйте код
phone-no-key-text = Наведите камеру на QR-код на аппарате выдачи талонов или на бумажном талоне.
phone-expired = Срок кода истёк
phone-expired-text = Пожалуйста, отсканируйте QR-код на аппарате ещё раз: он меняется каждые несколько минут.
phone-bad-key = Неверный адрес
phone-bad-key-text = Пожалуйста, отсканируйте QR-код на аппарате ещё раз.
phone-key-used = Код уже использован
phone-key-used-text = По нему уже взяли талон. Чтобы взять другой, отсканируйте QR-код на аппарате.
phone-switched-off = Здесь нет талонов по телефону
phone-switched-off-text = Пожалуйста, возьмите бумажный талон в аппарате.
phone-not-configured = Это пока не работает
phone-not-configured-text = Настройка отделения не завершена. Сообщите сотрудникам и возьмите бумажный талон.
phone-unknown-ticket = Такого талона нет
phone-unknown-ticket-text = Возможно, он за другой день. Чтобы взять новый, отсканируйте код на аппарате.
phone-unreachable = Отделение не отвечает
phone-unreachable-text = Проверьте связь. Мы пробуем снова сами.
phone-retry = Повторить

phone-no-answer = Ответа нет. Нажмите ещё раз: больше одного талона не будет.
phone-no-closed = Эта услуга закрылась. Пожалуйста, выберите другую.
phone-no-disabled = Эта услуга сейчас не предоставляется. Пожалуйста, выберите другую.
phone-no-full = Все талоны на сегодня выданы. Пожалуйста, приходите в другой день.
phone-no-branch-full = Отделение заполнено. Попробуйте через минуту.
phone-no-code = Записи с таким кодом нет. Проверьте код или обратитесь к сотрудникам.
phone-no-code-used = Этот код уже использован.
phone-no-code-over = Эта запись отменена. Пожалуйста, обратитесь к сотрудникам.
phone-no-code-early = Ещё рано. Код начнёт действовать незадолго до назначенного времени.
phone-no-code-late = Время записи прошло. Пожалуйста, возьмите новый талон.
phone-no-now = Это больше невозможно.
phone-no-answered = Вы уже ответили. Спасибо.
phone-no-too-late = Время для отзыва истекло. Всё равно спасибо.
phone-no-other = Не получилось. Пожалуйста, обратитесь к сотрудникам.
