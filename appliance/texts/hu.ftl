# Hungarian.

language-name = Magyar

## The phone page.

m8300 = Hibás URL-cím
m8327 = Jelenlegi várakozási idő
m8328 = Jegy törlése
m8329 = Az Ön sorszámát hívjuk
m8330 = pult:
m8331 = ügyintézés folyamatban, pult:
m8332 = Teljes várakozási idő
m8333 = Jelenlegi ügyintézési idő
m8334 = Elmulasztott hívás
m8335 = Ön nem jelent meg a hívásra. {"{0}"} perc múlva újra hívjuk.
m8336 = Visszatérés a várakozók közé
m8337 = Biztosan törli a jegyét?
m8343 = Üdvözöljük irodánkban!

## The dispenser.

profile-title = Főmenü
profile-back = Vissza
profile-back-to-main = Vissza a főmenübe
profile-appointment = Időpontfoglalás
profile-success-card = A kártya beolvasása sikerült!
profile-card-read-fail = A kártya beolvasása nem sikerült. Kérjük, próbálja újra.
profile-push-card = Kérjük, tolja be a kártyát ütközésig, majd húzza ki.
profile-authentication = Azonosítás
smart-ticket-title = Smart Ticket
smart-ticket-desc = Kérjük, olvassa be a QR-kódot okostelefonjával. A megnyíló weboldalon kiválaszthatja a kívánt szolgáltatást, és nyomon követheti jegye állapotát. Az ügyintézés után kérjük, értékelje szolgáltatásunkat.

## What the phone says.

notify-call = Az Ön {"${ticketNumber}"} számú jegyét most hívjuk a(z) {"${counterNumber}"} pulthoz.
notify-feedback = Kérjük, értékelje a(z) {"${ticketNumber}"} számú jegy ügyintézését. Köszönjük!

## The survey that a new branch begins with.

survey-name = Alapértelmezett profil
survey-question = Hogyan értékeli szolgáltatásunk színvonalát?
survey-answer-1 = Gyenge
survey-answer-2 = Elfogadható
survey-answer-3 = Megfelelő
survey-answer-4 = Jó
survey-answer-5 = Kiváló

## The slip.

slip-number = Az Ön sorszáma
slip-service = Szolgáltatás
slip-ahead = { $count ->
    [0] Ön előtt senki sem várakozik
   *[other] Ön előtt { $count } fő várakozik
}
slip-wait = { $minutes ->
    [0] Becsült várakozási idő: kevesebb mint 1 perc
   *[other] Becsült várakozási idő: kb. { $minutes } perc
}
slip-taken = Kiadva: { $time }
slip-booking = Az Ön foglalási kódja
slip-pin = PIN-kód: { $pin }
slip-appointment = Időpont: { $time }
slip-check-in = Bejelentkezés ezzel a kóddal: { $time } után.
slip-scan = Olvassa be a kódot, és kövesse telefonján a helyét a sorban.
slip-keep = Kérjük, őrizze meg ezt a jegyet, amíg nem hívjuk.
slip-copy = MÁSOLAT
slip-priority = Elsőbbségi

## Texts for tickets that other software prints.

strings-people-waiting = { $count ->
    [0] Senki sem várakozik
   *[other] { $count } fő várakozik
}
strings-date = Dátum: { $date }
strings-priority = Elsőbbségi jegy
strings-extra = Kérjük, figyelje a kijelzőt. Sorszáma alapján fogjuk hívni.

## Értesítések és levél az alkalmazásoknak.

vt-your-turn-title = Ön következik!
vt-your-turn-message = A(z) %{"{ticket.tag}"}%{"{ticket.number}"} sorszámot most hívtuk. Kérjük, fáradjon a(z) %{"{ticket.desk.tag}"} pulthoz.
vt-almost-title = Figyelem! Hamarosan Ön következik!
vt-almost-message = Már csak %{"{ticket.customers_ahead}"} ügyfél van Ön előtt.
vt-reset-subject = Új jelszó
vt-reset-text = Az új jelszóhoz szükséges kód: { $token }. Egy óráig és egyszer használható. Ha nem Ön kérte, nincs teendője.

## Fiókszolgáltatások: amit az ügyfél vagy az ügyintéző lát.

services-bad = A kérés nem értelmezhető.
services-sign-in = Kérjük, jelentkezzen be.
services-wrong-password = Hibás a felhasználónév vagy a jelszó.
services-too-many = Túl sok próbálkozás. Kérjük, várjon egy kicsit, majd próbálja újra.
services-forbidden = Ehhez nincs jogosultsága.
services-nothing = Nincs találat.
services-later = Ez most nem lehetséges. Kérjük, próbálja újra.
services-out-of-turn = Ez most nem végezhető el.
services-unavailable = Ez a szolgáltatás most nem érhető el.
services-slot-taken = Ezt az időpontot éppen lefoglalták. Kérjük, válasszon másikat.
services-no-slot = Ebben az időben nincs időpont. Kérjük, válasszon másikat.
services-booking-over = Ez az időpont már lejárt, vagy felhasználták.
services-nobody-waiting = Senki sem várakozik.
services-counter-busy = Kérjük, előbb fejezze be a jelenlegi ügyfél kiszolgálását.
services-not-at-counter = Kérjük, előbb jelentkezzen be egy pultnál.
services-on-break = Kérjük, előbb fejezze be a szünetet.
services-no-survey = Most nincs mit értékelni.
services-menu-dispenser = Szolgáltatások
services-menu-bookings = Időpontfoglalás
services-menu-staff = Minden szolgáltatás

## A mintafiók.

demo-service = { $number }. szolgáltatás
demo-service-description = { $number }. magyarázat
demo-group = Egyéb szolgáltatások
demo-footer = Köszönjük, hogy felkeresett bennünket!
