sign-in-login = Felhasználónév
sign-in-password = Jelszó
sign-in-do = Bejelentkezés
sign-in-wrong = A felhasználónév vagy a jelszó hibás. Ellenőrizze mindkettőt, és próbálja újra.
sign-in-many = Túl sok sikertelen próbálkozás. Kérjük, próbálja újra { $seconds } másodperc múlva.
sign-in-other = Nem sikerült: { $detail }
