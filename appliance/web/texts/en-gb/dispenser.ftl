# The ticket dispenser at the entrance.
disp-welcome = Welcome
disp-begin = Choose your language to take a number.
disp-take = Take a number
disp-choose = What brings you here?
disp-back = Back
disp-cancel = Start over
disp-low = Low buttons
disp-high = Usual layout
disp-opening = Opening …
disp-waiting = { $count ->
    [0] nobody waiting
    [one] { $count } waiting
   *[other] { $count } waiting
  }
disp-ahead = { $count ->
    [0] You are next
    [one] { $count } person ahead of you
   *[other] { $count } people ahead of you
  }
disp-minutes = about { $minutes } min
disp-group = { $count ->
    [one] { $count } service
   *[other] { $count } services
  }
disp-service-full = All numbers of today are given out
disp-service-disabled = Not available now
disp-service-closed = Closed now
disp-service-opens = Opens { $time }
disp-page-before = Before
disp-page-next = More
disp-phone = Rather by phone?
disp-phone-text = Scan the code, choose there, and wait where you like.
disp-qr = QR code: take your ticket by phone
disp-qr-enlarge = Show the code larger
disp-qr-stale = The code for phones is being renewed. Please take a number here.
disp-close = Close
disp-booking = I have a booking
disp-booking-text = Type or scan your code
disp-code = Your booking code
disp-code-hint = { $digits } digits, from your confirmation. You can also scan it.
disp-code-typed = Typed so far: { $typed }
disp-code-erase = Erase the last digit
disp-code-ok = Use this code
disp-printer-trouble = No paper slips at present: numbers are shown on the screen.
disp-noprint = The printer does not work at present
disp-noprint-text = You can still take a number: it is shown here. Please note it, or follow it by phone.
disp-again-text = You get one number at most, however often you press.
disp-take-anyway = Take my number
disp-your-number = Your number
disp-slip-coming = Your slip is being printed …
disp-slip-printed = Please take your slip.
disp-slip-failed = No slip came out: please note your number, or scan the code.
disp-slip-none = Please note your number, or scan the code.
disp-follow = Scan to follow your number by phone
disp-follow-qr = QR code: follow number { $label } by phone
disp-reprint = Print again
disp-done = Done
disp-still = Are you still there?
disp-still-text = { $seconds ->
    [one] We start over in { $seconds } second.
   *[other] We start over in { $seconds } seconds.
  }
disp-still-yes = I need more time
disp-still-no = Start over
disp-nothing = Nothing to choose from
disp-nothing-text = This branch has no services set up yet. Please ask the staff.
disp-full = No numbers left today
disp-full-text = All numbers of today are given out. Please come another day, or ask the staff.
disp-closed = We are closed
disp-closed-text = Please come back during opening hours.
disp-closed-until = We open at { $time }.
disp-closed-until-day = We open on { $time }.
disp-away = Out of order for a moment
disp-away-text = Please ask the staff for a number.
disp-away-retry = This screen tries again by itself.
disp-refused = This screen is not permitted yet
disp-refused-text = In Administration, make a token for this screen and open its address here once.
disp-retry = Try again
disp-no-answer = No answer from the branch. Please press again.
disp-no-closed = This service has just closed. Please choose another one.
disp-no-branch-full = The branch is full at the moment. Please try again shortly.
disp-no-code = There is no booking with this code. Please check it.
disp-no-code-used = This code was used already.
disp-no-code-over = This booking was cancelled. Please ask the staff.
disp-no-code-early = You are early: the code works shortly before your appointment.
disp-no-code-late = The time of this booking is over. Please take a number.
disp-no-other = That did not work. Please ask the staff.
