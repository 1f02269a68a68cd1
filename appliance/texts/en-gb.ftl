# English (United Kingdom): the language that the others are translated from.

language-name = English

## The phone page. The numbers are those of the Smart Ticket interface; {0} is filled in by the page.

m8300 = Wrong URL
m8327 = Current waiting time
m8328 = Cancel ticket
m8329 = Calling your number
m8330 = at counter
m8331 = under transaction at counter
m8332 = Total waiting time
m8333 = Current transaction time
m8334 = Missed call
m8335 = You missed your call and will be called again in {"{0}"} minute(s).
m8336 = Put back to queue
m8337 = Are you sure to cancel your ticket?
m8343 = Welcome in our office!

## The dispenser.

profile-title = Main menu
profile-back = Back
profile-back-to-main = Back to main menu
profile-appointment = Appointment
profile-success-card = Card read successfully!
profile-card-read-fail = The card could not be read. Please try again.
profile-push-card = Push the card in until it stops, then pull it back out.
profile-authentication = Authentication
smart-ticket-title = Smart Ticket
smart-ticket-desc = Please scan the QR code with your smartphone. A website will open where you can choose a service and follow the status of your ticket. Please rate our service after your visit.

## What the phone says; the page fills in the names within the braces.

notify-call = Calling your number {"#{ticketNumber}"} at counter {"#{counterNumber}"}.
notify-feedback = Please send your feedback about the administration for ticket {"#{ticketNumber}"}.

## The survey that a new branch begins with.

survey-name = Default profile
survey-question = How would you rate our service level?
survey-answer-1 = Poor
survey-answer-2 = Acceptable
survey-answer-3 = Fair
survey-answer-4 = Good
survey-answer-5 = Excellent

## The slip.

slip-number = Your number
slip-service = Service
slip-ahead = { $count ->
    [0] Nobody is ahead of you
    [one] { $count } person is ahead of you
   *[other] { $count } people are ahead of you
}
slip-wait = { $minutes ->
    [0] Estimated wait: less than a minute
    [one] Estimated wait: about { $minutes } minute
   *[other] Estimated wait: about { $minutes } minutes
}
slip-taken = Taken at { $time }
slip-booking = Your booking code
slip-pin = PIN: { $pin }
slip-appointment = Appointment: { $time }
slip-check-in = Check in from { $time } with this code.
slip-scan = Scan the code to follow your place in the queue on your phone.
slip-keep = Please keep this slip until you are called.
slip-copy = COPY
slip-priority = Priority

## Texts for tickets that other software prints.

strings-people-waiting = { $count ->
    [0] Nobody is waiting
    [one] { $count } person is waiting
   *[other] { $count } people are waiting
}
strings-date = Date: { $date }
strings-priority = Priority ticket
strings-extra = Please watch the display. You will be called by your number.

## Notifications and mail for apps.

vt-your-turn-title = It's your turn!
vt-your-turn-message = Your ticket %{"{ticket.tag}"}%{"{ticket.number}"} was just called. Please head to desk %{"{ticket.desk.tag}"}.
vt-almost-title = Heads up! It's almost your turn!
vt-almost-message = There are only %{"{ticket.customers_ahead}"} customers ahead of you.
vt-reset-subject = A new password
vt-reset-text = Your code for a new password is { $token }. It is good for one hour, and once. If you have not asked for it, nothing needs to be done.

## Branch services: what a customer or an operator is told.

services-bad = This request could not be understood.
services-sign-in = Please sign in.
services-wrong-password = The user name or the password is wrong.
services-too-many = Too many attempts. Please wait a little and try again.
services-forbidden = You are not allowed to do this.
services-nothing = Nothing was found.
services-later = This is not possible at the moment. Please try again.
services-out-of-turn = This cannot be done now.
services-unavailable = This service is not available at the moment.
services-slot-taken = This time has just been taken. Please choose another one.
services-no-slot = There are no appointments at this time. Please choose another one.
services-booking-over = This appointment is over or has been used.
services-nobody-waiting = Nobody is waiting.
services-counter-busy = Please finish with the present customer first.
services-not-at-counter = Please sign in at a counter first.
services-on-break = Please end your break first.
services-no-survey = There is nothing to rate at the moment.
services-menu-dispenser = Services
services-menu-bookings = Appointments
services-menu-staff = All services

## The sample branch.

demo-service = Service { $number }
demo-service-description = Explanation { $number }
demo-group = Other services
demo-footer = Thank you for your visit.
