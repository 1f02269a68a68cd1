phone-title = Az Ön sorszáma
phone-title-waiting = { $label } · { $ahead } előtte
phone-title-called = { $label }: { $counter }. pult
phone-opening = Megnyitás …
phone-lost = Nincs kapcsolat.
phone-lost-text = A helyét megőrizzük. Állapot: { $time }.

phone-choose = Miben segíthetünk?
phone-waiting-count = { $count ->
    [0] Senki sem vár
   *[other] { $count } várakozó
  }
phone-service-shut = Most nem érhető el
phone-minutes-under = { $high } perc alatt
phone-minutes-span = { $low }–{ $high } perc
phone-have-booking = Időpontot foglaltam
phone-people-waiting = Várakozók
phone-expected-wait = Várható várakozás
phone-take = Sorszámot kérek
phone-back = Vissza
phone-booking-title = Az Ön foglalása
phone-booking-code = Foglalási kód
phone-booking-hint = A foglalás visszaigazolásában találja.
phone-booking-use = Kód beváltása
phone-booking-empty = Írja be a foglalási kódját.
phone-held = Már van sorszáma: { $label }.
phone-held-show = Megnézem
phone-nothing = Nincs miből választani
phone-nothing-text = Ez a fiók jelenleg nem kínál szolgáltatást telefonon. Kérjük, forduljon munkatársainkhoz.
phone-closed = Jelenleg zárva
phone-closed-text = Most egyik szolgáltatás sem fogad ügyfelet. Kérjük, jöjjön vissza nyitvatartási időben, vagy forduljon munkatársainkhoz.

phone-waiting = Ön a sorban áll
phone-nearly = Mindjárt Ön következik
phone-next = Ön a következő
phone-nearly-text = Kérjük, jöjjön a váróba, és hagyja nyitva ezt az oldalt.
phone-parked = Kérjük, maradjon a közelben
phone-parked-text = Munkatársunk rövid időre félretette a sorszámát, és újra hívni fogja. A helyét megőrizzük.
phone-booked = Az Ön foglalása
phone-booked-text = Még nem áll a sorban. Kérjük, jelentkezzen be foglalási kódjával a jegykiadónál.
phone-your-number = Az Ön sorszáma
phone-ahead = Ön előtt
phone-ahead-none = senki
phone-wait-unknown = még nem ismert
phone-place-aloud = { $ahead ->
    [0] Ön a következő.
   *[other] { $ahead } ügyfél van Ön előtt.
  }
phone-counters = Ide hívhatjuk
phone-counters-none = hamarosan nyílik pult
phone-waited = Eddigi várakozás
phone-steps = Az Ön ügyintézése
phone-note-ahead = Egy időpontra érkezett vagy sürgős ügyfél megelőzi. Az Ön helye megmarad.
phone-note-back = Ismét a sorban áll.
phone-note-transferred = Továbbküldtük. Nem kell újra sorba állnia.
phone-sound-off = A hang ki van kapcsolva. Csengethetünk, amikor Ön következik.
phone-sound-on = Bekapcsolom
phone-keep-open = Hagyja nyitva ezt az oldalt: a képernyő bekapcsolva marad, és szól, amikor Ön következik.
phone-cancel = Lemondok a helyemről
phone-cancel-title = Lemond a helyéről?
phone-cancel-text = A sorszámát töröljük, és nem állítható vissza.
phone-cancel-reason = Miért? Nem kötelező megadni.
phone-reason-long = Túl hosszú a várakozás
phone-reason-later = Máskor jövök
phone-reason-mistake = Rossz szolgáltatást választottam
phone-reason-solved = Már elintéződött
phone-cancel-words = Saját szavaival
phone-cancel-no = Maradok
phone-cancel-yes = Lemondok

phone-called = Ön következik
phone-called-again = Ismét Önt hívjuk
phone-called-counter = Pult
phone-called-seen = Csengés leállítása
phone-called-aloud = { $label } sorszám, kérjük, fáradjon ide: { $counter }. pult.

phone-serving = Foglalkozunk az ügyével
phone-total-wait = Ennyit várt
phone-serving-time = A pultnál

phone-feedback = Hogyan sikerült?
phone-feedback-text = Az ügyintézés véget ért. Véleménye sokat segít nekünk.
phone-feedback-words = Saját szavaival
phone-feedback-privacy = Kérjük, ne írjon nevet vagy számlaszámot.
phone-feedback-empty = Előbb válasszon egy választ, vagy ugorja át.
phone-feedback-skip = Átugrom
phone-feedback-send = Elküldöm

phone-bye = Viszontlátásra!
phone-bye-text = Az ügyintézés véget ért. Bezárhatja ezt az oldalt.
phone-bye-figures = { $label } sorszám, várakozás: { $wait }
phone-missing = Elmulasztotta a hívást
phone-missing-text = A gombbal ismét sorba állhat.
phone-missing-minutes = { $minutes } perc múlva ismét a sorban áll, a gombbal akár azonnal.
phone-missing-last = Ha a következő hívást is elmulasztja, a sorszáma megszűnik.
phone-put-back = Visszaállok a sorba
phone-missed = A sorszáma megszűnt
phone-missed-text = A(z) { $label } sorszámot többször hívtuk. Új sorszámhoz kérjük, olvassa be a kódot a jegykiadónál.
phone-cancelled = Sorszám törölve
phone-cancelled-text = A(z) { $label } sorszám már nincs a sorban. Ha újat szeretne, olvassa be a kódot a jegykiadónál.

phone-no-key = Olvassa be a kódot
phone-no-key-text = Irányítsa a kamerát a jegykiadón vagy a papírjegyen lévő QR-kódra.
phone-expired = Ez a kód lejárt
phone-expired-text = Kérjük, olvassa be újra a jegykiadón lévő QR-kódot; néhány percenként változik.
phone-bad-key = Ez a cím nem jó
phone-bad-key-text = Kérjük, olvassa be újra a QR-kódot a jegykiadónál.
phone-key-used = Ezt a kódot már felhasználták
phone-key-used-text = Már kértek vele sorszámot. Új sorszámhoz kérjük, olvassa be újra a jegykiadón lévő QR-kódot.
phone-switched-off = Itt nem kérhető sorszám telefonon
phone-switched-off-text = Kérjük, kérjen papírjegyet a jegykiadónál.
phone-not-configured = Ez még nem működik
phone-not-configured-text = A fiók beállítása még nem fejeződött be. Kérjük, szóljon munkatársainknak, és kérjen papírjegyet.
phone-unknown-ticket = Nincs ilyen sorszám
phone-unknown-ticket-text = Lehet, hogy egy korábbi napról való. Új sorszámhoz kérjük, olvassa be a kódot a jegykiadónál.
phone-unreachable = A fiók nem válaszol
phone-unreachable-text = Ellenőrizze a kapcsolatot. Mi is újra próbáljuk.
phone-retry = Újra megpróbálom

phone-no-answer = Nem jött válasz. Nyomja meg újra: legfeljebb egy sorszámot kap.
phone-no-closed = Ez a szolgáltatás bezárt. Kérjük, válasszon másikat.
phone-no-disabled = Ez a szolgáltatás most nem érhető el. Kérjük, válasszon másikat.
phone-no-full = A mai sorszámok elfogytak. Kérjük, jöjjön egy másik napon.
phone-no-branch-full = A fiók megtelt. Kérjük, próbálja meg egy perc múlva.
phone-no-code = Nincs foglalás ezzel a kóddal. Ellenőrizze, vagy forduljon munkatársainkhoz.
phone-no-code-used = Ezt a kódot már felhasználták.
phone-no-code-over = Ezt a foglalást törölték. Kérjük, forduljon munkatársainkhoz.
phone-no-code-early = Még túl korán van. A kód röviddel az időpont előtt használható.
phone-no-code-late = A foglalás ideje lejárt. Kérjük, kérjen új sorszámot.
phone-no-now = Ez már nem lehetséges.
phone-no-answered = Már válaszolt. Köszönjük.
phone-no-too-late = A visszajelzés ideje lejárt. Azért köszönjük.
phone-no-other = Ez nem sikerült. Kérjük, forduljon munkatársainkhoz.
