# Signing in, at a counter, in the administration, at head office.
sign-in-login = Login
sign-in-password = Password
sign-in-do = Sign in
sign-in-wrong = Login or password is wrong. Please check both and try again.
sign-in-many = Too many attempts failed. Please try again in { $seconds } seconds.
sign-in-other = That did not work: { $detail }
