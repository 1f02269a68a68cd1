sign-in-login = اسم الدخول
sign-in-password = كلمة المرور
sign-in-do = تسجيل الدخول
sign-in-wrong = اسم الدخول أو كلمة المرور غير صحيحة. يُرجى التحقق وإعادة المحاولة.
sign-in-many = محاولات فاشلة كثيرة. يُرجى المحاولة بعد { $seconds } ثانية.
sign-in-other = لم ينجح ذلك: { $detail }
