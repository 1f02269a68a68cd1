clerk-title = Pult
clerk-title-call = { $label } · { $counter }. pult
clerk-title-line = ({ $count }) { $counter }. pult
clerk-counter-name = { $counter }. pult

# Signing in
clerk-sign-in = Bejelentkezés
clerk-sign-in-where = Pultja: { $counter }. Bejelentkezés után másikat is választhat.
clerk-sign-in-ended = A bejelentkezése lejárt. Kérjük, jelentkezzen be újra: a pultja és a megkezdett ügy úgy van, ahogy hagyta.
clerk-sign-in-lost = A fiók szervere nem válaszol. Ellenőrizze a számítógép hálózati kábelét, majd próbálja újra.

# Choosing a counter
clerk-counters = Hol dolgozik ma?
clerk-counter-free = Szabad
clerk-counter-mine = Az Ön pultja
clerk-take-over = Átveszem
clerk-take-over-title = { $counter }. pult: itt most { $name } dolgozik
clerk-take-over-text = Ha átveszi, az ő oldala leáll, és ezt jelzi neki. Az ott megkezdett ügyet előbb le kell zárni.
clerk-move = Átülök ide
clerk-move-title = Ön még máshol dolgozik: { $counter }. pult
clerk-move-text = { $from }. pult: bezár. Ön itt folytatja: { $to }. pult.
clerk-cancel = Mégsem
clerk-choose-another = Másik pult választása
clerk-open-counter = Pult megnyitása
clerk-free-title = { $counter }. pult: zárva
clerk-free-text = Amíg meg nem nyitja, ide senkit nem hívunk.
clerk-free-elsewhere = Ön jelenleg itt dolgozik: { $counter }. pult.
clerk-taken-title = { $name } átvette ezt a pultot
clerk-taken-text = { $time } óta. Amit elmentett, nem veszett el.
clerk-unknown-counter = Ez a pult már nem létezik
clerk-unknown-counter-text = A fiók beállításai megváltoztak. Válassza ki azt a pultot, ahol ül.
clerk-forbidden = Ön nem dolgozhat pultnál
clerk-forbidden-text = A fiókjához nem tartozik „counter” jogosultság. Rendszergazda adhatja meg.

# The visit
clerk-visit = Ügyfél
clerk-ready = Jöhet a következő ügyfél
clerk-ready-text = { $n ->
    [one] Egy ügyfél várakozik.
   *[other] { $count } ügyfél várakozik.
  }
clerk-empty = Senki sem várakozik
clerk-empty-text = Amint valaki sorszámot húz, itt megjelenik.
clerk-first = A következő
clerk-called = Hívva
clerk-serving = Az Ön pultjánál
clerk-afterwork = Utómunka
clerk-on-break = Szünetet tart
clerk-on-break-text = Ezalatt senkit nem hívunk az Ön pultjához.
clerk-waited = { $time } várakozás
clerk-calls = { $count } hívás
clerk-no-shows = { $count ->
    [one] egyszer nem jelent meg
   *[other] { $count } alkalommal nem jelent meg
  }
clerk-lines = A látogatás ügyei

# The main button and the others
clerk-next = Következő
clerk-start = Kezdés
clerk-finish = Lezárás
clerk-finish-next = Lezárás és következő
clerk-finish-afterwork = Utómunka
clerk-done = Kész
clerk-work = Vissza a munkához
clerk-recall = Újrahívás
clerk-no-show = Nem jelent meg
clerk-transfer = Továbbküldés
clerk-park = Félretétel
clerk-note = Megjegyzés
clerk-note-change = Megjegyzés módosítása
clerk-break = Szünet
clerk-straight-on = Lezárás után azonnal hívja a következő ügyfelet
clerk-wait-for-branch = Várunk a szerverre
clerk-slow = A szerver lassan válaszol …
clerk-heard-called = { $label } hívva, { $calls }. alkalommal.
clerk-heard-serving = { $label } az Ön pultjánál van.

# Undo
clerk-undo = Visszavonás
clerk-undo-no-show = { $label } – nem jelent meg
clerk-undo-finish = { $label } – lezárva
clerk-undo-park = { $label } – félretéve
clerk-undo-transfer = { $label } – továbbküldve

# The line
clerk-line = Sor
clerk-tab-next = Következők
clerk-tab-parked = Félretett
clerk-tab-missing = Távol maradt
clerk-none-next = Senki sem vár Önre.
clerk-none-parked = Senkit sem tett félre.
clerk-none-missing = Nincs olyan távol maradt ügyfél, aki még visszahívható.
clerk-for-you = Önhöz
clerk-for-counter = ehhez a pulthoz
clerk-booked = foglalás: { $time }
clerk-has-note = megjegyzés
clerk-waiting-since = Várakozási idő
clerk-call-this = Hívás
clerk-call-label = { $label } hívása
clerk-more = és még { $count }
clerk-services = Várakozók szolgáltatásonként
clerk-service = Szolgáltatás
clerk-waiting = Várakozó
clerk-longest = Leghosszabb
clerk-barred-visit = Előbb zárja le a mostani ügyet.
clerk-barred-break = Szünetet tart. Előbb térjen vissza a munkához.

# Transfer and note
clerk-transfer-title = { $label } továbbküldése
clerk-transfer-to = Hová
clerk-transfer-hint = Írjon be egy betűt vagy nevet, válasszon a nyilakkal, küldje el az Enterrel.
clerk-transfer-nothing = Nincs ilyen nevű.
clerk-transfer-do = Továbbküldés ide: { $name }
clerk-to-service = Szolgáltatás
clerk-to-counter = Pult
clerk-to-operator = Munkatárs
clerk-then-back = Utána jöjjön vissza hozzám
clerk-note-title = Megjegyzés: { $label }
clerk-note-hint = Aki legközelebb foglalkozik az ügyféllel, olvashatja. Az ügyfél nem.
clerk-save = Mentés

# Menu and help
clerk-menu = Menü
clerk-sound-on = Hang bekapcsolva
clerk-sound-off = Hang kikapcsolva
clerk-close-counter = Pult bezárása
clerk-sign-out = Kijelentkezés
clerk-help = Billentyűk
clerk-help-text = A lenyomva tartott billentyű egyszer számít. Amíg egy mezőbe ír, a billentyűk a mezőé.
clerk-key-advance = Amit a nagy gomb mond
clerk-key-recall = Újrahívás
clerk-key-finish = Lezárás
clerk-key-no-show = Nem jelent meg
clerk-key-transfer = Továbbküldés
clerk-key-break = Szünet, majd vissza a munkához
clerk-key-undo = Visszavonás
clerk-key-help = Ez a súgó
clerk-close = Bezárás
clerk-dismiss = Rendben

# Trouble
clerk-opening = Kapcsolódás a fiók szerveréhez …
clerk-away = A fiók szervere nem válaszol
clerk-away-text = Ellenőrizze a számítógép hálózati kábelét. Az oldal magától újra próbálkozik.
clerk-try-again = Újra
clerk-lost = { $time } óta nincs kapcsolat a fiók szerverével. Amit lát, akkori állapot; a gombok újra működnek, amint a szerver válaszol.
clerk-fault-lost = A szerver nem válaszolt. Nézze meg, mit mutat most az oldal, és nyomja meg újra, ha nem történt meg.
clerk-fault-nobody = Senki sem várakozik: valaki gyorsabb volt.
clerk-fault-not-current = Az ügy megváltozott, mielőtt megnyomta. Amit most lát, az a helyes; nem történt semmi.
clerk-fault-busy = Ennél a pultnál van egy nyitott ügy. Előbb ott le kell zárni.
clerk-fault-busy-elsewhere = Egy másik pultnál van nyitott ügye. Előbb ott zárja le.
clerk-fault-no-shift = A pult zárva van. Előbb nyissa meg.
clerk-fault-taken = Közben valaki leült oda. Ha átveszi, válassza ki újra a pultot.
clerk-fault-elsewhere = Egy munkatársa gyorsabb volt, és már hívta ezt az ügyfelet.
clerk-fault-undo = Már nem vonható vissza: letelt az idő, vagy már történt vele valami.
clerk-fault-out-of-turn = Ez az ügynek ezen a pontján nem lehetséges.
clerk-fault-too-soon = Várjon néhány másodpercet az újrahívással.
clerk-fault-too-many = Ezt az ügyfelet már nem lehet többször hívni.
clerk-fault-not-served = Ez a pult nem foglalkozik az ügyfél szolgáltatásával.
clerk-fault-other = Ez nem történt meg: { $detail }
