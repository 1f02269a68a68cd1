clerk-title = Counter
clerk-title-call = { $label } · counter { $counter }
clerk-title-line = ({ $count }) Counter { $counter }
clerk-counter-name = Counter { $counter }

# Signing in
clerk-sign-in = Sign in
clerk-sign-in-where = You will work at counter { $counter }; you can choose another one afterwards.
clerk-sign-in-ended = Your sign-in has ended. Please sign in again: your counter and your visit are as you left them.
clerk-sign-in-lost = The branch does not answer. Check this computer's network cable, then try again.

# Choosing a counter
clerk-counters = Where do you work today?
clerk-counter-free = Free
clerk-counter-mine = Your counter
clerk-take-over = Take over
clerk-take-over-title = Counter { $counter } is taken by { $name }
clerk-take-over-text = If you take over, their page stops and says so. A visit that is open there has to be finished first.
clerk-move = Move here
clerk-move-title = You still work at counter { $counter }
clerk-move-text = Counter { $from } closes, and you go on at counter { $to }.
clerk-cancel = Cancel
clerk-choose-another = Choose another counter
clerk-open-counter = Open counter
clerk-free-title = Counter { $counter } is closed
clerk-free-text = Nobody is called here until you open it.
clerk-free-elsewhere = You work at counter { $counter } at present.
clerk-taken-title = { $name } has taken over this counter
clerk-taken-text = Since { $time }. Nothing that you had saved is lost.
clerk-unknown-counter = This counter does not exist any more
clerk-unknown-counter-text = The branch's settings have changed. Choose the counter where you sit.
clerk-forbidden = You may not work at a counter
clerk-forbidden-text = Your sign-in lacks the right “counter”. An administrator can give it to you.

# The visit
clerk-visit = Visit
clerk-ready = Ready for the next visitor
clerk-ready-text = { $n ->
    [one] One person is waiting.
   *[other] { $count } people are waiting.
  }
clerk-empty = Nobody is waiting
clerk-empty-text = As soon as somebody takes a number, you see them here.
clerk-first = The next one
clerk-called = Called
clerk-serving = At your counter
clerk-afterwork = After-work
clerk-on-break = You have a break
clerk-on-break-text = Nobody is called to your counter meanwhile.
clerk-waited = waited { $time }
clerk-calls = called { $count } times
clerk-no-shows = { $count ->
    [one] did not come once
   *[other] did not come { $count } times
  }
clerk-lines = Services of this visit

# The main button and the others
clerk-next = Next
clerk-start = Start
clerk-finish = Finish
clerk-finish-next = Finish and next
clerk-finish-afterwork = After-work
clerk-done = Done
clerk-work = Back to work
clerk-recall = Call again
clerk-no-show = No-show
clerk-transfer = Transfer
clerk-park = Park
clerk-note = Note
clerk-note-change = Change note
clerk-break = Break
clerk-straight-on = When I finish, call the next visitor at once
clerk-wait-for-branch = Waiting for the branch
clerk-slow = The branch is slow to answer …
clerk-heard-called = { $label } called, time { $calls }.
clerk-heard-serving = { $label } is at your counter.

# Undo
clerk-undo = Undo
clerk-undo-no-show = { $label } counted as a no-show
clerk-undo-finish = { $label } finished
clerk-undo-park = { $label } parked
clerk-undo-transfer = { $label } transferred

# The line
clerk-line = Line
clerk-tab-next = Next
clerk-tab-parked = Parked
clerk-tab-missing = Missing
clerk-none-next = Nobody is waiting for you.
clerk-none-parked = You have parked nobody.
clerk-none-missing = Nobody is missing who may still be called back.
clerk-for-you = for you
clerk-for-counter = for this counter
clerk-booked = booked for { $time }
clerk-has-note = note
clerk-waiting-since = Time waited
clerk-call-this = Call
clerk-call-label = Call { $label }
clerk-more = and { $count } more
clerk-services = Waiting for each service
clerk-service = Service
clerk-waiting = Waiting
clerk-longest = Longest
clerk-barred-visit = Finish the present visit first.
clerk-barred-break = You have a break. Go back to work first.

# Transfer and note
clerk-transfer-title = Transfer { $label }
clerk-transfer-to = Where to
clerk-transfer-hint = Type a letter or a name, choose with the arrow keys, send with Enter.
clerk-transfer-nothing = Nothing is called like that.
clerk-transfer-do = Transfer to { $name }
clerk-to-service = Service
clerk-to-counter = Counter
clerk-to-operator = Person
clerk-then-back = Back to me afterwards
clerk-note-title = Note on { $label }
clerk-note-hint = Whoever serves this visit next can read it. The visitor cannot.
clerk-save = Save

# Menu and help
clerk-menu = Menu
clerk-sound-on = Sound on
clerk-sound-off = Sound off
clerk-close-counter = Close counter
clerk-sign-out = Sign out
clerk-help = Keyboard
clerk-help-text = A key held down counts once. While you type in a field, its keys are its own.
clerk-key-advance = What the large button says
clerk-key-recall = Call again
clerk-key-finish = Finish
clerk-key-no-show = No-show
clerk-key-transfer = Transfer
clerk-key-break = Break, and back to work
clerk-key-undo = Undo
clerk-key-help = This help
clerk-close = Close
clerk-dismiss = Dismiss

# Trouble
clerk-opening = Connecting to the branch …
clerk-away = The branch does not answer
clerk-away-text = Check this computer's network cable. The page tries again by itself.
clerk-try-again = Try again
clerk-lost = No connection to the branch since { $time }. What you see is from then; buttons work again when the branch answers.
clerk-fault-lost = The branch did not answer. Look at what the page shows now, and press again if it was not done.
clerk-fault-nobody = Nobody is waiting: somebody else was quicker.
clerk-fault-not-current = The visit had changed before you pressed. What you see now is right; nothing was done.
clerk-fault-busy = A visit is open at that counter. It has to be finished there first.
clerk-fault-busy-elsewhere = You have a visit at another counter. Finish it there first.
clerk-fault-no-shift = The counter is closed. Open it first.
clerk-fault-taken = Somebody has sat down there meanwhile. Choose the counter again to take over.
clerk-fault-elsewhere = A colleague was quicker and has called this visitor.
clerk-fault-undo = It can no longer be undone: the time is over, or something has come of it.
clerk-fault-out-of-turn = That is not possible at this point of the visit.
clerk-fault-too-soon = Wait some seconds before you call again.
clerk-fault-too-many = This visitor has been called as often as possible.
clerk-fault-not-served = This counter does not serve that visitor's service.
clerk-fault-other = This was not done: { $detail }
