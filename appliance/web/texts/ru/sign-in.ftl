sign-in-login = Логин
sign-in-password = Пароль
sign-in-do = Войти
sign-in-wrong = Неверный логин или пароль. Проверьте оба поля и попробуйте снова.
sign-in-many = Слишком много неудачных попыток. Попробуйте снова через { $seconds } с.
sign-in-other = Не получилось: { $detail }
