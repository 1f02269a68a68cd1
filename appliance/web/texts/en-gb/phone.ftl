# The phone's page. $label is a ticket's number (A001), $counter the name of a counter.
phone-title = Your ticket
phone-title-waiting = { $label } · { $ahead } ahead
phone-title-called = { $label }: counter { $counter }
phone-opening = Opening …
phone-lost = No connection.
phone-lost-text = Your place in line is kept. As of { $time }.

phone-choose = What can we do for you?
phone-waiting-count = { $count ->
    [0] Nobody waiting
    [one] { $count } waiting
   *[other] { $count } waiting
  }
phone-service-shut = Not available now
phone-minutes-under = under { $high } min
phone-minutes-span = { $low }–{ $high } min
phone-have-booking = I have a booking
phone-people-waiting = People waiting
phone-expected-wait = Expected wait
phone-take = Take ticket
phone-back = Back
phone-booking-title = Your booking
phone-booking-code = Booking code
phone-booking-hint = You find it in the confirmation of your booking.
phone-booking-use = Use code
phone-booking-empty = Type the code of your booking.
phone-held = You already hold ticket { $label }.
phone-held-show = Show it
phone-nothing = Nothing to choose from
phone-nothing-text = This branch offers no service by phone at present. Please ask the staff.
phone-closed = Closed at the moment
phone-closed-text = No service takes visitors right now. Please come back during opening hours, or ask the staff.

phone-waiting = You are in line
phone-nearly = Almost your turn
phone-next = You are next
phone-nearly-text = Please come to the waiting area and keep this page open.
phone-parked = Please stay near
phone-parked-text = Staff have set your ticket aside for a moment and will call you again. Your place is kept.
phone-booked = Your booking
phone-booked-text = You are not in line yet. Please check in with your booking code at the dispenser.
phone-your-number = Your number
phone-ahead = Ahead of you
phone-ahead-none = nobody
phone-wait-unknown = not known yet
phone-place-aloud = { $ahead ->
    [0] You are next.
    [one] { $ahead } person is ahead of you.
   *[other] { $ahead } people are ahead of you.
  }
phone-counters = You may be called to
phone-counters-none = counter opens soon
phone-waited = Waiting so far
phone-steps = Your visit
phone-note-ahead = Somebody with a booking or an urgent matter goes before you. Your own place is kept.
phone-note-back = You are back in line.
phone-note-transferred = You were passed on. You need not queue anew.
phone-sound-off = Sound is off. We can ring when it is your turn.
phone-sound-on = Turn on
phone-keep-open = Keep this page open: the screen stays on and tells you when it is your turn.
phone-cancel = Give up my place
phone-cancel-title = Give up your place?
phone-cancel-text = Your ticket is deleted and cannot be brought back.
phone-cancel-reason = Why? You need not say.
phone-reason-long = The wait is too long
phone-reason-later = I will come another time
phone-reason-mistake = I chose the wrong service
phone-reason-solved = It is settled already
phone-cancel-words = In your own words
phone-cancel-no = Stay in line
phone-cancel-yes = Give up

phone-called = It is your turn
phone-called-again = You are called again
phone-called-counter = Counter
phone-called-seen = Stop ringing
phone-called-aloud = Number { $label }, please go to counter { $counter }.

phone-serving = We are taking care of you
phone-total-wait = You waited
phone-serving-time = At the counter

phone-feedback = How did it go?
phone-feedback-text = Your visit is finished. A word from you helps us.
phone-feedback-words = In your own words
phone-feedback-privacy = Please write no names or account numbers.
phone-feedback-empty = Choose an answer first, or skip.
phone-feedback-skip = Skip
phone-feedback-send = Send

phone-bye = Good-bye!
phone-bye-text = Your visit is finished. You can close this page.
phone-bye-figures = Ticket { $label }, wait { $wait }
phone-missing = You missed your call
phone-missing-text = Touch the button to stand in line again.
phone-missing-minutes = { $minutes ->
    [one] You will be back in line in { $minutes } minute, or at once with the button.
   *[other] You will be back in line in { $minutes } minutes, or at once with the button.
  }
phone-missing-last = If you miss the next call too, your ticket ends.
phone-put-back = Put me back in line
phone-missed = Your ticket has ended
phone-missed-text = Number { $label } was called several times. Please scan the code at the dispenser for a new ticket.
phone-cancelled = Ticket deleted
phone-cancelled-text = Number { $label } is no longer in line. Scan the code at the dispenser whenever you want a new one.

phone-no-key = Scan the code
phone-no-key-text = Point your camera at the QR code on the ticket dispenser or on your paper ticket.
phone-expired = This code has expired
phone-expired-text = Please scan the QR code on the dispenser again; it changes every few minutes.
phone-bad-key = This address is not right
phone-bad-key-text = Please scan the QR code on the ticket dispenser again.
phone-key-used = This code has been used
phone-key-used-text = A ticket was taken with it already. Please scan the QR code on the dispenser for another one.
phone-switched-off = No tickets by phone here
phone-switched-off-text = Please take a paper ticket at the dispenser.
phone-not-configured = This does not work yet
phone-not-configured-text = The branch has not finished its set-up. Please tell the staff, and take a paper ticket.
phone-unknown-ticket = There is no such ticket
phone-unknown-ticket-text = It may be of another day. Please scan the code at the dispenser for a new one.
phone-unreachable = The branch does not answer
phone-unreachable-text = Check your connection. We try again by ourselves.
phone-retry = Try again

phone-no-answer = No answer. Please press again: you get one ticket at most.
phone-no-closed = This service has closed. Please choose another one.
phone-no-disabled = This service is not offered now. Please choose another one.
phone-no-full = All tickets of today are given out. Please come another day.
phone-no-branch-full = The branch is full. Please try again in a minute.
phone-no-code = There is no booking with this code. Check it, or ask the staff.
phone-no-code-used = This code was used already.
phone-no-code-over = This booking was cancelled. Please ask the staff.
phone-no-code-early = It is too early. The code works shortly before your appointment.
phone-no-code-late = The time of this booking is over. Please take a new ticket.
phone-no-now = This is not possible any more.
phone-no-answered = You have answered already. Thank you.
phone-no-too-late = The time for feedback is over. Thank you all the same.
phone-no-other = That did not work. Please ask the staff.
