# Signing in, at a counter, in the administration, at head office.
sign-in-login = Login
sign-in-password = Password
sign-in-do = Sign in
sign-in-wrong = Login or password is wrong. Please check both and try again.
sign-in-many = Too many attempts failed. Please try again in { $seconds } seconds.
sign-in-other = That did not work: { $detail }
set-up-known = I have a password already
set-up-have-code = I have a setup code
set-up-counter = This branch is not set up yet
set-up-counter-text = Nobody can administer it so far. Once somebody has chosen the first password, they can give you yours.
set-up-counter-go = Set up the branch
