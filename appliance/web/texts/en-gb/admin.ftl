admin-title = Administration
admin-menu = Sections
admin-sections = Sections
admin-cancel = Cancel
admin-try-again = Try again
admin-looking = One moment …
admin-yes = yes
admin-no = no

# Signing in
admin-login = Login
admin-password = Password
admin-sign-in-ended = Your sign-in has ended. Please sign in again: what you have not saved is still there.
admin-sign-in-lost = The branch does not answer. Check this computer's network cable, then try again.
admin-sign-out = Sign out
admin-forbidden = You may not administer this branch
admin-forbidden-text = Your sign-in lacks the right “administration”. An administrator can give it to you.
admin-away = The branch does not answer
admin-away-text = Check the network cable of this computer and of the branch's box.
admin-lost = The branch cannot be reached at present. What you have changed stays here until you can save it.

# Overview
admin-overview = Check my branch
admin-overview-text = What is missing or in trouble, and what to do about it. The branch looks again by itself.
admin-all-well = All is well: nothing is missing, and no device is in trouble.
admin-severity-error = Needs doing
admin-severity-warning = Worth a look
admin-mend = Go there
admin-mend-about = Go there: { $what }
admin-amiss = { $count ->
    [one] one thing needs doing
   *[other] { $count } things need doing
  }
admin-languages = Languages

# What is amiss, and what to do
admin-check-no-services = The branch has no services yet, so no ticket can be taken.
admin-do-no-services = Add a service, or bring an earlier version back.
admin-check-no-counters = The branch has no counters, so nobody can be called.
admin-do-no-counters = Add a counter.
admin-check-day-not-open = No business day is open, so no ticket can be taken.
admin-do-day-not-open = Check that the clock is right.
admin-check-service-without-counter = No counter serves { $service }: its tickets would never be called.
admin-do-service-without-counter = Let a counter serve it, or make the service unavailable.
admin-check-service-without-operator = No operator serves { $service }.
admin-do-service-without-operator = Let an operator serve it, or make the service unavailable.
admin-check-service-never-open = { $service } has opening hours in which it never opens.
admin-do-service-never-open = Give it hours, or make the service unavailable.
admin-check-counter-serves-nothing = Counter { $counter } serves nothing.
admin-do-counter-serves-nothing = Let it serve something, or remove it.
admin-check-operator-without-password = { $operator } has no password and cannot sign in.
admin-do-operator-without-password = Give them a password, or remove the operator.
admin-check-no-administrator = Nobody can sign in to administer the branch.
admin-do-no-administrator = Give an operator the right “Administration” and a password, at the box itself.
admin-check-language-without-texts = { $count ->
    [one] In { $language } one text is missing.
   *[other] In { $language } { $count } texts are missing.
  }
admin-do-language-without-texts = Write what is missing; until then the first language's text stands there.
admin-check-no-printer = No printer is set up: the dispenser gives tickets without slips.
admin-do-no-printer = Set up a printer.
admin-check-printer-unknown = Slips of phones' tickets go to device { $device }, which is no printer.
admin-do-printer-unknown = Name a printer under Smart Ticket, or none.
admin-check-counter-without-keypad = Counter { $counter } is to have a keypad, and has none.
admin-do-counter-without-keypad = Set up its keypad, or switch it off in the counter's form.
admin-check-smart-ticket-unreachable = Phones cannot open { $address }: it leads to themselves.
admin-do-smart-ticket-unreachable = Enter under Smart Ticket the public address by which phones come in.
admin-check-bookings-without-service = Bookings are on, and nothing can be booked.
admin-do-bookings-without-service = Offer a service and hours into which a booked time fits, or switch bookings off.
admin-check-clock-untrusted = The clock is behind what is already written, or was never set.
admin-do-clock-untrusted = Set the clock, or connect the box to a time server. No business day ends until then.
admin-check-slips-missing = { $count ->
    [one] A slip of the last two days may be missing (device { $device }).
   *[other] { $count } slips of the last two days may be missing (device { $device }).
  }
admin-do-slips-missing = Ask at the dispenser whether customers stand there without a slip.
admin-check-disk-failing = The disk takes no writes.
admin-do-disk-failing = Check whether it is full or broken. Nothing is accepted until then.
admin-check-disk-full = { $free } MiB of { $total } MiB are free on the disk.
admin-do-disk-full = Remove what does not belong there, or put in a larger disk.
admin-check-database-damaged = The database has a damaged page. { $checked ->
    [no] It is being checked for the first time since the start.
   *[other] It was last checked whole on { $time }.
  }
admin-do-database-damaged = Restore a backup tonight.
admin-check-database-large = The database has { $mib } MiB.
admin-do-database-large = Backups and checks take long: have old business days removed.
admin-check-database-log-large = The database's log has { $mib } MiB and does not shrink.
admin-do-database-log-large = Check whether another program holds the database open. A restart clears the log.
admin-check-broker-away = There is no connection to the broker { $broker } since { $time }: { $reason }.
admin-do-broker-away = Check the network and the broker. The branch works on, and central gets everything when it is back.
admin-check-central-away = Central does not answer since { $time }, although the broker { $broker } does.
admin-do-central-away = Look after the central server. The branch works on, and central gets everything when it is back.
admin-check-presses-lost = { $count ->
    [one] { $device }: one press since the start can no longer be told.
   *[other] { $device }: { $count } presses since the start can no longer be told.
  }
admin-do-presses-lost = Check whether the keypad is cut off for long.
admin-check-keypad-at-no-counter = Keypad { $device } stands at counter { $counter }, which does not exist.
admin-check-display-at-no-counter = Display { $device } stands at counter { $counter }, which does not exist.
admin-do-at-no-counter = Set it up for a counter that there is.
admin-check-device-away = { $device } ({ $port }) cannot be reached.
admin-check-device-trouble = { $device } ({ $port }) needs care.
admin-trouble-paper-near-end = The paper roll is nearly used up: have a new one ready.
admin-trouble-paper-out = The printer is out of paper: put in a new roll.
admin-trouble-cover-open = The printer's cover is open: close it.
admin-trouble-cutter = The cutter is jammed: open the cover and remove the paper in it.
admin-trouble-head-hot = The print head is too hot and pauses until it has cooled down.
admin-trouble-jam = Paper is jammed in the printer: open it and remove the paper.
admin-trouble-ticket-not-taken = The last slip still hangs in the printer: take it out.
admin-trouble-blocked = The device takes no more data: it is off-line, or its flow control is set up wrongly.
admin-trouble-no-answer = The device does not answer: check that it is on, its cable, and the baud rate.
admin-trouble-paused = The printer is off-line: press its feed button, or switch it off and on.
admin-trouble-broken = The printer reports an error it cannot recover from: switch it off and on, then call service.
admin-trouble-port-missing = There is no such port: check the cable, and which port is set for the device.
admin-trouble-port-busy = The port is in use by another program.
admin-trouble-port-denied = The port may not be opened: the account of this program is not in the port's group.
admin-trouble-port-unusable = The port cannot be set up as asked: check its path and settings.
admin-trouble-port-gone = The device was unplugged or lost its power.
admin-trouble-wrong-device = Something answers, but not in this device's language: check the port, the baud rate and the driver.
admin-trouble-crc-errors = Data arrive damaged: check the cable, its termination and the baud rate.
admin-trouble-ring-overflow = The keypad had more presses to keep than it can: the oldest of them are lost.
admin-trouble-tampered = The keypad's case is open: find out who opened it, and close it.
admin-trouble-key-stuck = A key of the keypad is stuck: free it, or call service.

# Saving
admin-saving = Changes that are not saved
admin-unsaved = Not saved yet: { $where }
admin-not-saved = not saved yet
admin-save = Save
admin-saved = Saved. The branch works by it from now on.
admin-discard = Discard
admin-discard-title = Discard your changes?
admin-discard-text = What you have changed is lost: { $where }.
admin-keep-editing = Go on editing
admin-leave-title = Sign out without saving?
admin-leave-text = You have changes that are not saved. They are lost when you sign out.
admin-errors = { $count ->
    [one] Nothing was saved: there is one mistake
   *[other] Nothing was saved: there are { $count } mistakes
  }
admin-save-lost = The branch did not answer, so it is not certain that your changes were saved. They are still here: save again.
admin-fault-lost = The branch does not answer. Please try again.
admin-fault-other = That did not work: { $detail }
admin-hits-title = Before you save
admin-hits-forbidden = This cannot be saved yet
admin-removed = You remove:
admin-save-all-the-same = Save all the same
admin-conflict = Somebody else has changed the settings
admin-conflict-text = They saved while you were editing. Nothing of yours is lost, and nothing of theirs.
admin-clashes = { $count ->
    [one] One thing was changed by both of you; yours would stand there.
   *[other] { $count } things were changed by both of you; yours would stand there.
  }
admin-take-theirs = Drop mine, take theirs
admin-mine-on-top = Put mine on top of theirs
admin-number-missing = Please enter a number.

# Services
admin-services = Services
admin-services-text = What customers come for, in the order in which the dispenser and phones offer it.
admin-service = Service
admin-add-service = Add service
admin-add-group = Add group
admin-new-service = New service
admin-new-group = New group
admin-no-services = There is no service yet. Add the first one, so that tickets can be taken.
admin-empty-group = Nothing is in this group, so nobody sees it.
admin-without-name = (without a name)
admin-name = Name
admin-description = Description
admin-description-hint = A sentence below the name: what it is for, what to bring.
admin-text-missing = missing
admin-remove = Remove
admin-remove-named = Remove: { $name }
admin-moved = { $name } is now number { $place } of { $count }
admin-move-up = Move { $name } up
admin-move-down = Move { $name } down
admin-disabled = not available
admin-hidden = staff only
admin-has-hours = opening hours
admin-has-quota = at most { $count } a day
admin-tickets = Tickets
admin-tag = Letter of its numbers
admin-tag-hint = Up to four letters or figures, a letter last. Services with the same one share their numbers.
admin-tag-shared = Shares its numbers with { $names }.
admin-group = Group
admin-no-group = None, at the top
admin-expected = Usual length of a visit, in minutes
admin-expected-hint = For the estimate, until the branch has measured it.
admin-quota = Tickets a day, at most
admin-quota-hint = Empty: as many as come.
admin-disable = Not available
admin-disable-hint = Is shown, but nobody can take a ticket. Whoever waits is called as before.
admin-hide = For staff only
admin-hide-hint = Customers do not see it; staff can give out tickets for it.
admin-served-at = Served at
admin-served-nowhere = No counter serves this: its tickets would never be called.
admin-group-holds = Services in this group
admin-group-holds-text = A service stands in one group or at the top.

# Hours
admin-hours = Opening hours
admin-hours-text = When tickets are given out, in the time of { $zone }. Choose a service to change its hours.
admin-hours-service = Tickets are given out at these times alone.
admin-always = At any time
admin-closed = closed
admin-hours-a-week = { $hours } h { $minutes } min a week
admin-copy-monday = As on Monday, until Friday
admin-hours-everywhere = Take these hours for all services
admin-from-on = { $day }, from
admin-to-on = { $day }, to
admin-add-times = { $day }: add times
admin-remove-times = { $day }: remove these times

# Counters
admin-counters = Counters
admin-counters-text = Where customers are served, in the order in which clerks see them.
admin-counter-name = Counter { $counter }
admin-add-counter = Add counter
admin-no-counters = There is no counter yet. Add the first one, so that somebody can be called.
admin-counter-called = Name
admin-counter-called-hint = What displays and slips call it: 1, 2 or “Cash”.
admin-counter-serves = What is served here
admin-serves-all = All services
admin-serves-all-text = Those to come included.
admin-serves-these = Only these
admin-serves-nothing = nothing
admin-keypad = A keypad for feedback stands here
admin-keypad-hint = The branch tells when it has none or cannot reach it.
admin-has-keypad = with a keypad

# A counter at this moment
admin-free = Free it
admin-free-title = Free counter { $counter }?
admin-free-text = Whoever sits there leaves the counter; their sign-in stays, and they can open a counter again. The story of the ticket says that it was you.
admin-free-empty = Nobody is being served there.
admin-free-visit = What becomes of the visit
admin-free-back = Back into the line
admin-free-back-hint = The customer waits again and is called next.
admin-free-park = Park
admin-free-park-hint = It lies with { $who }, who can call the customer again later.
admin-free-nobody = this counter
admin-free-finish = Finish
admin-free-finish-hint = The customer was served and has gone.
admin-free-changed = The visit has changed meanwhile. Look at it again, then choose.
admin-free-not-so = This visit cannot go back into the line. Please choose another way.
admin-freed = Counter { $counter } is free.
admin-freed-back = { $ticket } waits again and is called next.
admin-freed-park = { $ticket } is parked.
admin-freed-finish = { $ticket } is finished.
admin-now-sits = { $who } sits here since { $time }
admin-now-break = { $who } has a break since { $time }
admin-now-called = { $ticket } is called since { $time }
admin-now-serving = { $ticket } is being served since { $time }
admin-now-afterwork = After-work for { $ticket } since { $time }

# Operators
admin-operators = Operators
admin-operators-text = Who works here, and what they may do.
admin-add-operator = Add operator
admin-new-operator = New operator
admin-no-operators = There is nobody yet.
admin-nobody-found = Nobody is called that.
admin-seek-operator = Look for a name
admin-without-password = has no password and cannot sign in
admin-no-rights = no rights
admin-operator-number = Operator { $number }
admin-oneself = This is you. Without the right “administration” you could not come back here.
admin-person-name = Name
admin-login-hint = What they sign in with. Nobody else may have the same.
admin-rights = What they may do
admin-right-counter = Work at a counter
admin-right-counter-text = Call customers, call again, finish visits.
admin-right-services = Choose services
admin-right-services-text = Choose which services are called, and give out tickets for them.
admin-right-tickets = Choose tickets
admin-right-tickets-text = Call a certain ticket from the line, and give out tickets.
admin-right-park = Park
admin-right-park-text = Keep a customer for later.
admin-right-transfer = Transfer
admin-right-transfer-text = Send a customer to another service, counter or colleague.
admin-right-hall = Lead the hall
admin-right-hall-text = See all counters and figures, and act for others.
admin-right-administration = Administration
admin-right-administration-text = Change settings, people and passwords.
admin-able = Services
admin-able-text = What they serve
admin-password-text = Takes effect at once. Whoever is signed in with the old one has to sign in again.
admin-password-after = Save this operator first; then you can set a password.
admin-new-password = New password
admin-password-rule = At least { $count } characters. A few words in a row are good and easy to keep.
admin-password-short = A password needs at least { $count } characters.
admin-password-show = Show the password
admin-password-do = Set password
admin-password-set = The new password is set.
admin-sign-out-everywhere = Sign out everywhere
admin-sign-out-title = Sign { $name } out everywhere?
admin-sign-out-text = On every device they have to sign in again. A visit that is open stays open.
admin-sign-out-do = Sign out
admin-signed-out = Signed out everywhere.

# Texts
admin-words = Languages and texts
admin-words-text = All of the branch's own words in one language, beside the first language's.
admin-language = Language
admin-language-shown = Language to write
admin-language-name = Its own name for itself
admin-language-code = Code
admin-language-code-hint = As in en-gb, hu, ar.
admin-add-language = Add language
admin-remove-language = Remove this language
admin-first-language = This is the first language: where another one has no text, this one's stands there.
admin-missing-count = { $count ->
    [one] one text is missing
   *[other] { $count } texts are missing
  }
admin-nothing-missing = No text is missing.
admin-only-missing = Show only what is missing
admin-slip = Printed ticket
admin-slip-footer = Last line of the slip
admin-question = Question { $number }
admin-answer = Answer { $number }

# Smart Ticket
admin-smart = Smart Ticket
admin-smart-text = The phone as a ticket: customers scan a code, follow the line, and are called on their phone.
admin-smart-on = Smart Ticket is on
admin-public-url = Public address
admin-public-url-hint = Where phones reach this branch, beginning with https://. Empty: the address of the box itself.
admin-valid = A code can be used for, in minutes
admin-valid-hint = After that the dispenser shows a fresh one.
admin-printer-number = Number of its printer
admin-printer-number-hint = As under Devices. Empty: none.
admin-survey = Questions after the visit
admin-standby = Dispenser { $dispenser }: seconds until it goes back to the start
admin-standby-hint = For the next customer, when nobody touches it.
admin-dispensers = Dispensers
admin-smart-greeting = Beside the code
admin-smart-title = Heading
admin-smart-notices = What the phone says
admin-smart-variables = These words are filled in:
admin-variable-ticket = the number of the ticket
admin-variable-counter = the name of the counter
admin-smart-call = When called
admin-smart-feedback = Asking for feedback
admin-preview = Preview

# Surveys
admin-surveys = Surveys
admin-surveys-text = What customers are asked after their visit, on their phone and on the keypad at the counter.
admin-add-survey = Add survey
admin-new-survey = New survey
admin-no-surveys = There is no survey yet.
admin-survey-asked = asked after visits
admin-survey-asked-text = This survey is asked after visits. To remove it, choose another one under Smart Ticket first.
admin-survey-name-hint = For you; customers do not see it.
admin-questions = { $count ->
    [one] one question
   *[other] { $count } questions
  }
admin-questions-title = Questions
admin-answers = Answers
admin-question-asked = What is asked
admin-add-question = Add question
admin-add-answer = Add answer
admin-no-answers = A question needs at least one answer.
admin-answer-value = Counts as
admin-answer-value-hint = For averages; the best answer has the highest number.

# Virtual Ticket
admin-virtual = Virtual Ticket
admin-virtual-text = Tickets that customers of an app take from afar, before they come.
admin-virtual-on = Virtual Ticket is on
admin-virtual-many = A customer may hold several tickets
admin-virtual-many-hint = Otherwise one at a time.
admin-virtual-who = Who may take one
admin-virtual-who-text = With few customers waiting one had better simply come.
admin-radius = Within, in kilometres
admin-radius-hint = Around the place below. Empty: from everywhere.
admin-min-customers = Customers waiting, at least
admin-min-customers-hint = 0: always.
admin-min-waiting = Waiting time, at least, in minutes
admin-warn-ahead = Warn with so many ahead
admin-warn-ahead-hint = Unless the customer has chosen otherwise.
admin-virtual-notices = What the app says
admin-virtual-call = When called
admin-virtual-warning = Soon their turn
admin-message = Message
admin-variable-tag = the letters of the ticket
admin-variable-number = its number
admin-variable-ahead = how many are ahead
admin-site = Where the branch is
admin-site-text = Apps show it, and find the branch by it.
admin-address = Street and number
admin-city = City
admin-region = Region
admin-country = Country
admin-phone = Telephone
admin-email = E-mail
admin-website = Website
admin-coordinates = Latitude and longitude
admin-coordinates-hint = As maps show them. Needed for the distance.
admin-coordinates-wrong = Please enter two numbers, as 47.4979, 19.0402.

# Bookings
admin-bookings = Bookings
admin-bookings-text = Times that customers book in advance.
admin-bookings-on = Bookings are on
admin-slot = Length of a booked time, in minutes
admin-places = Customers at the same time
admin-bookings-hours = Hours that can be booked
admin-check-in = Coming and waiting
admin-check-in-text = When a customer who has booked can take the ticket.
admin-check-in-before = Minutes before the time
admin-check-in-after = Minutes after the time
admin-hold = A chosen time is kept for, in minutes
admin-hold-hint = Until the customer has confirmed.
admin-pin = Figures of the PIN
admin-priority = Priority
admin-priority-hint = From 1 to 9, which comes first; walk-in customers have 5.

# Rules
admin-rules = Branch and rules
admin-branch = Branch
admin-branch-name = Name of the branch
admin-branch-number = Number of the branch
admin-zone = Time zone
admin-zone-hint = As Europe/Budapest.
admin-day-ends = The business day ends at
admin-day-ends-hint = Numbers begin anew then; choose a time at which nobody is here.
admin-missing = Who does not come
admin-no-shows-max = Calls in vain
admin-no-shows-max-hint = After so many the ticket is over.
admin-put-back = Back into the line after, in minutes
admin-put-back-hint = By itself. Empty: only by the customer or a clerk.
admin-tolerance = Can be called back for, in tickets
admin-tolerance-hint = So many calls of the same service later it is too late.
admin-feedback = Feedback
admin-feedback-for = Open after the visit for, in minutes
admin-feedback-for-hint = Then the phone asks no more.

# Devices
admin-devices = Devices
admin-devices-text = Printers, displays and keypads at this box, looked after every few seconds.
admin-devices-where = This list is kept in the configuration of the box, and its technician changes it there. It can be kept on this page instead: for that the technician takes it out of the configuration.
admin-device-number = Number { $number }
admin-device-add = Add a device
admin-device-change = Change
admin-device-kind = What it is
admin-device-model = Model
admin-device-port = Port
admin-device-port-hint = The device file. Best one of /dev/serial/by-id: it stays the same wherever the plug goes.
admin-device-place = Where it stands
admin-device-hall = In the hall: calls of all counters
admin-device-address = Address on its line
admin-device-address-hint = Only where several share one cable.
admin-device-name = Name
admin-device-name-hint = As staff call it: “By the door”.
admin-device-more = Line speed
admin-device-baud = Bits a second
admin-device-baud-hint = Empty: what the model leaves the works with.
admin-device-meanwhile = Somebody else changed the devices meanwhile. Look at the list once more, then save again.
admin-device-remove-title = Remove this device?
admin-device-remove-text = It stops at once. What waits for it is not printed or shown.
admin-no-devices = No device is set up
admin-no-devices-text = Without a printer the dispenser gives numbers on the screen and on phones.
admin-printer = Printer
admin-display = Display
admin-keypad-device = Keypad
admin-state-disabled = switched off
admin-state-opening = being looked for
admin-state-online = works
admin-state-degraded = needs care
admin-state-offline = not reachable
admin-since = Since { $time }
admin-test-print = Print a test slip
admin-test-show = Show a test
admin-test-press = Try a key
admin-press-now = Press any key on the keypad now; it waits for fifteen seconds.
admin-test-printed = The slip is out: can every line be read?
admin-test-waiting = The slip waits; it comes out when the printer is ready.
admin-test-not-printed = The slip may not be on paper. Please look at the printer.
admin-test-shown = It shows TEST for ten seconds, or until somebody is called.
admin-test-pressed = Key { $key } was pressed: it works.
admin-test-not-pressed = No key was pressed within fifteen seconds.
admin-test-offline = It cannot be reached, so it cannot be tried.
admin-test-in-use = It is in use at present. Please try again in a moment.

# Screens
admin-screens = Screens
admin-screens-text = A dispenser away from the box needs a token, so that nobody takes tickets through another browser. The hall display needs none.
admin-screen-new = A new screen
admin-screen-name-hint = So that you know it again: “Dispenser at the door”.
admin-screen-name-missing = Please give the screen a name.
admin-screen-make = Make a token
admin-screen-made = The address for “{ $name }”
admin-screen-made-text = It is shown only now. Open it once on that screen, which then keeps its token. Whoever has the address can give out tickets: do not send it on.
admin-screen-address = The address to open
admin-copy = Copy
admin-copied = Copied
admin-screen-done = Done
admin-screens-full = There are as many screens as there can be. Take one away first.
admin-screens-known = Screens that have a token
admin-no-screens = None. Screens at the box itself and from trusted addresses need none.
admin-screen-since = since { $time }
admin-screen-end = Take away
admin-screen-end-title = Take the token of “{ $name }” away?
admin-screen-end-text = The screen gives out no more tickets, and says so. It cannot be brought back; you can make a new token.
admin-screen-ended = “{ $name }” has no token any more.

# History
admin-history = History
admin-history-text = Who changed what, and when. Every version can be brought back.
admin-changes = { $count ->
    [one] one change
   *[other] { $count } changes
  }
admin-more-changes = And { $count } more.
admin-older = Show older ones
admin-by-technician = A technician at the box
admin-by-box = The box itself
admin-change-by = Changed by { $who }
admin-before = Before
admin-after = After
admin-added = added
admin-taken-away = removed
admin-order = order
admin-in-force = These are the settings in force.
admin-no-version = There is no such version.
admin-restore = Bring this version back
admin-restore-title = Bring this version back?
admin-restore-text = All settings become as they were after this change. Nothing is in force until you save; passwords stay as they are.
admin-restore-drops = What you have not saved is lost.
