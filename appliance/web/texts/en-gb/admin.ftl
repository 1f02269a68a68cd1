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
admin-right-park = Put aside
admin-right-park-text = Keep a customer for later.
admin-right-transfer = Send on
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
admin-devices-where = Devices are added in the configuration of the box, by its technician.
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
