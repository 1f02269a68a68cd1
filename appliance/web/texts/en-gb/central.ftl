# Head office: all branches, one branch, its figures.
central-title = Branches
central-sign-in = Head office
central-sign-in-text = See how all branches stand, live.
central-sign-in-ended = Your sign-in has ended. Please sign in again: you will be where you were.
central-sign-in-lost = The central server does not answer. Check this computer's network, then try again.
central-sign-out = Sign out
central-looking = One moment …
central-slow = This takes longer than usual. It is still being worked out …
central-try-again = Try again
central-lost = The central server cannot be reached. The page goes on trying.
# $time is the time of the last word.
central-lost-since = The central server cannot be reached. What you see is as it was at { $time }; the page goes on trying.
central-refused = The central server says no: { $detail }
central-deaf = The central server hears no branch at the moment: its own broker is away. All branches go on working.
central-way = Where you are

# How a branch stands
central-well = All well
central-look = Worth a look
central-trouble = Needs help
central-urgent = At once
central-away = Out of reach
central-awaited = Awaited
central-never = Not heard yet
central-just-now = just now
# A branch that is out of reach: when it was heard last, and how many waited at that time.
central-last-seen = Last seen { $time }, { $waiting ->
    [0] nobody waiting then
   *[other] { $waiting } waiting then
}
central-more-troubles = and { $count } more

# All branches
central-from = From { $heard } of { $all ->
    [one] { $all } branch
   *[other] { $all } branches
}.
central-left-out = Those out of reach are left out.
central-totals = All branches together
central-search = Search for a branch
central-show = Show
central-show-all = All
central-show-trouble = Need help
central-show-away = Not heard
central-show-all-again = Show all branches
central-worst-first = Worst first
central-held = The order is held while you are in the list
central-sort = Sort now
central-none-found = No branch is called that.
central-none-such = No branch is like that now.
central-no-branches = No branch yet
central-no-branches-text = A branch appears here as soon as its box has connected to this server.
central-branch = Branch
central-standing = State
central-waiting = Waiting
central-longest = Longest wait
central-mean = Mean wait
central-serving = At a counter
central-served-today = Served today
central-no-shows = Did not come
central-abandoned = Gave up
central-seconds = { $seconds } s
central-minutes = { $minutes } min
central-hours = { $hours } h { $minutes } min

# One branch
central-all-branches = All branches
central-word = Last word: { $ago }
central-clock-there = Time there: { $time }
central-away-text = No word since { $time }. What you see is how it was then; the branch itself may well go on working.
central-awaited-text = This server has just started and has not heard the branch since. What you see is how it was at { $time }.
central-never-text = This branch is allowed to connect, but its box has not said anything yet. Check that it is switched on and that its settings name this server.
central-unknown = There is no such branch
central-unknown-text = The address may be an old one. Choose the branch from the list.
central-troubles = What is amiss
central-services = Services
central-service = Service
central-called = Called
central-served = Served
central-no-services = The branch has not told of its services yet.
central-counter = Counter
central-counters = At the counters
central-no-counters = Nobody is at a counter.
central-is-called = called
central-is-served = being served
central-is-afterwork = after-work
central-last-calls = Last calls
central-no-calls = Nobody has been called today.
central-to-counter = to counter { $counter }

# Figures
central-figures = Figures
central-days-there = Days and times are those of the branch.
central-span = Time span
central-today = Today
central-yesterday = Yesterday
central-last-days = Last { $days } days
central-from-day = From
central-to-day = To
central-span-backwards = The first day is after the last one.
central-span-long = At most { $days } days can be looked at together.
central-span-mend = Choose other days above.
central-by = By
central-by-day = Day
central-by-hour = Hour
central-by-service = Service
central-by-counter = Counter
central-by-operator = Operator
central-measure = The chart shows
central-visits = Visits
central-wait-time = Waiting time
central-service-time = Service time
central-on-site-time = Time in the house
central-still-open = Still open
central-mean-time = Mean
central-p50 = Half within
central-p90 = 9 of 10 within
central-asked = Tickets
central-gap = No word from that time
central-nobody = Nobody came
central-unit-visits = visits
central-unit-minutes = minutes
central-service-n = Service { $number }
central-counter-n = Counter { $number }
central-operator-n = Operator { $number }
central-chart = Chart: { $measure }, by: { $by }. The most: { $label }, { $value }. The table below has all figures.
central-table = The same as a table
central-total = Total
central-csv = Download as CSV
central-csv-failed = The file could not be fetched. Please try again.
central-no-visits = No visits
central-no-visits-text = Nobody took a ticket at that time, or the branch has not told of it. Choose other days above.
central-figures-lost = The central server does not answer
central-figures-lost-text = Check this computer's network, then try again.
central-figures-failed = The figures could not be worked out
central-figures-old = These figures could not be renewed: they may have grown old.

# What is amiss at a branch; $name is the device.
central-amiss-paper-out = { $name }: out of paper
central-amiss-paper-near-end = { $name }: the paper is nearly used up
central-amiss-cover-open = { $name }: the cover is open
central-amiss-cutter = { $name }: the cutter is jammed
central-amiss-jam = { $name }: paper is jammed
central-amiss-ticket-not-taken = { $name }: the last slip was not taken
central-amiss-head-hot = { $name }: too hot, it pauses
central-amiss-blocked = { $name }: takes nothing any more
central-amiss-no-answer = { $name }: does not answer
central-amiss-paused = { $name }: switched off-line
central-amiss-broken = { $name }: reports a fault of its own
central-amiss-port-missing = { $name }: its port is not there
central-amiss-port-busy = { $name }: its port is in use
central-amiss-port-denied = { $name }: its port may not be used
central-amiss-port-unusable = { $name }: its port cannot be used
central-amiss-port-gone = { $name }: unplugged, or without power
central-amiss-wrong-device = { $name }: another device is connected
central-amiss-crc-errors = { $name }: the line is disturbed
central-amiss-ring-overflow = { $name }: more presses than can be kept
central-amiss-tampered = { $name }: the case is open
central-amiss-key-stuck = { $name }: a key is stuck
central-amiss-clock-untrusted = The clock cannot be trusted
central-amiss-slips-missing = { $name }: slips may not have come out
central-amiss-disk-failing = The disk takes no writes
central-amiss-disk-full = The disk is full
central-amiss-disk-nearly-full = The disk is nearly full
central-amiss-database-damaged = The database is damaged
central-amiss-database-large = The database has grown large
central-amiss-database-log-large = The database's log does not shrink
central-amiss-long-wait = Somebody has waited for very long
central-amiss-other-protocol = The branch speaks another version than this server
# What to do about it.
central-do-roll = Put in a new roll.
central-do-roll-soon = Have a new roll ready.
central-do-close = Close the cover.
central-do-free = Open the printer and remove the paper that is stuck.
central-do-take = Take the slip out of the printer.
central-do-cool = Wait until it has cooled down.
central-do-switch = Switch the device off and on again.
central-do-cable = Check the device's cable and power.
central-do-service = Switch it off and on again; if that does not help, call service.
central-do-technician = A technician has to look at the box.
central-do-case = Look who opened it, and close it.
central-do-clock = Have the clock set, or the box connected to a time server; no business day ends until then.
central-do-ask = Ask at the dispenser whether somebody stands there without a slip.
central-do-disk = Have room made on the disk, or a larger one put in.
central-do-backup = Have a backup restored tonight.
central-do-counter = Have another counter opened there.
central-do-update = Bring the box and this server to matching versions.
