clerk-title = الشباك
clerk-title-call = { $label } · الشباك { $counter }
clerk-title-line = ({ $count }) الشباك { $counter }
clerk-counter-name = الشباك { $counter }

# Signing in
clerk-sign-in = تسجيل الدخول
clerk-sign-in-where = ستعمل على الشباك { $counter }، ويمكنك اختيار غيره بعد ذلك.
clerk-sign-in-ended = انتهت جلستك. سجّل الدخول من جديد: شباكك والزيارة المفتوحة كما تركتهما.
clerk-sign-in-lost = خادم الفرع لا يستجيب. تحقّق من كابل الشبكة في هذا الحاسوب ثم حاول مرة أخرى.

# Choosing a counter
clerk-counters = أين تعمل اليوم؟
clerk-counter-free = شاغر
clerk-counter-mine = شباكك
clerk-take-over = تسلّم الشباك
clerk-take-over-title = الشباك { $counter } يعمل عليه { $name }
clerk-take-over-text = إذا تسلّمته تتوقف صفحة زميلك وتخبره بذلك. الزيارة المفتوحة هناك يجب إنهاؤها أولًا.
clerk-move = الانتقال إلى هنا
clerk-move-title = ما زلت تعمل على الشباك { $counter }
clerk-move-text = يُغلق الشباك { $from } وتتابع العمل على الشباك { $to }.
clerk-cancel = إلغاء
clerk-choose-another = اختيار شباك آخر
clerk-open-counter = فتح الشباك
clerk-free-title = الشباك { $counter } مغلق
clerk-free-text = لن يُنادى أحد إلى هنا حتى تفتحه.
clerk-free-elsewhere = أنت تعمل الآن على الشباك { $counter }.
clerk-taken-title = تسلّم { $name } هذا الشباك
clerk-taken-text = منذ { $time }. لم يضِع شيء مما حفظته.
clerk-unknown-counter = لم يعد هذا الشباك موجودًا
clerk-unknown-counter-text = تغيّرت إعدادات الفرع. اختر الشباك الذي تجلس إليه.
clerk-forbidden = لا يُسمح لك بالعمل على شباك
clerk-forbidden-text = لا يملك حسابك صلاحية «counter». يمكن للمسؤول منحها لك.

# The visit
clerk-visit = الزيارة
clerk-ready = جاهز للزائر التالي
clerk-ready-text = { $n ->
    [one] زائر واحد في الانتظار.
    [two] زائران في الانتظار.
    [few] { $count } زوّار في الانتظار.
   *[other] { $count } زائرًا في الانتظار.
  }
clerk-empty = لا أحد في الانتظار
clerk-empty-text = ما إن يأخذ أحد رقمًا حتى تراه هنا.
clerk-first = التالي
clerk-called = تم النداء
clerk-serving = عند شباكك
clerk-afterwork = استكمال العمل
clerk-on-break = أنت في استراحة
clerk-on-break-text = لا يُنادى أحد إلى شباكك في هذه الأثناء.
clerk-waited = انتظر { $time }
clerk-calls = عدد النداءات: { $count }
clerk-no-shows = مرات عدم الحضور: { $count }
clerk-lines = خدمات هذه الزيارة

# The main button and the others
clerk-next = التالي
clerk-start = بدء
clerk-finish = إنهاء
clerk-finish-next = إنهاء ونداء التالي
clerk-finish-afterwork = استكمال العمل
clerk-done = تمّ
clerk-work = العودة إلى العمل
clerk-recall = إعادة النداء
clerk-no-show = لم يحضر
clerk-transfer = تحويل
clerk-park = تأجيل
clerk-note = ملاحظة
clerk-note-change = تعديل الملاحظة
clerk-break = استراحة
clerk-straight-on = بعد الإنهاء نادِ الزائر التالي فورًا
clerk-wait-for-branch = بانتظار الخادم
clerk-slow = الخادم بطيء في الاستجابة …
clerk-heard-called = نودي { $label }، النداء رقم { $calls }.
clerk-heard-serving = { $label } عند شباكك.

# Undo
clerk-undo = تراجع
clerk-undo-no-show = { $label }: لم يحضر
clerk-undo-finish = { $label }: أُنهيت الزيارة
clerk-undo-park = { $label }: أُجّلت الزيارة
clerk-undo-transfer = { $label }: حُوّلت الزيارة

# The line
clerk-line = الطابور
clerk-tab-next = التالون
clerk-tab-parked = المؤجّلون
clerk-tab-missing = الغائبون
clerk-none-next = لا أحد ينتظرك.
clerk-none-parked = لم تؤجّل أحدًا.
clerk-none-missing = لا غائب يمكن نداؤه من جديد.
clerk-for-you = لك
clerk-for-counter = لهذا الشباك
clerk-booked = موعد { $time }
clerk-has-note = ملاحظة
clerk-waiting-since = مدة الانتظار
clerk-call-this = نداء
clerk-call-label = نداء { $label }
clerk-more = و{ $count } آخرون
clerk-services = المنتظرون لكل خدمة
clerk-service = الخدمة
clerk-waiting = ينتظرون
clerk-longest = الأطول
clerk-barred-visit = أنهِ الزيارة الحالية أولًا.
clerk-barred-break = أنت في استراحة. عُد إلى العمل أولًا.

# Transfer and note
clerk-transfer-title = تحويل { $label }
clerk-transfer-to = إلى أين
clerk-transfer-hint = اكتب حرفًا أو اسمًا، واختر بالأسهم، وأرسل بمفتاح Enter.
clerk-transfer-nothing = لا شيء بهذا الاسم.
clerk-transfer-do = تحويل إلى { $name }
clerk-to-service = خدمة
clerk-to-counter = شباك
clerk-to-operator = موظف
clerk-then-back = ثم يعود إليّ
clerk-note-title = ملاحظة على { $label }
clerk-note-hint = يقرؤها من يخدم هذه الزيارة بعدك، ولا يراها الزائر.
clerk-save = حفظ

# Menu and help
clerk-menu = القائمة
clerk-sound-on = الصوت مفعّل
clerk-sound-off = الصوت متوقف
clerk-close-counter = إغلاق الشباك
clerk-sign-out = تسجيل الخروج
clerk-help = لوحة المفاتيح
clerk-help-text = الضغط المطوّل يُحسب ضغطة واحدة. وأثناء الكتابة في حقل تبقى مفاتيحه له.
clerk-key-advance = ما هو مكتوب على الزر الكبير
clerk-key-recall = إعادة النداء
clerk-key-finish = إنهاء
clerk-key-no-show = لم يحضر
clerk-key-transfer = تحويل
clerk-key-break = استراحة ثم العودة إلى العمل
clerk-key-undo = تراجع
clerk-key-help = هذه المساعدة
clerk-close = إغلاق
clerk-dismiss = إخفاء

# Trouble
clerk-opening = جارٍ الاتصال بخادم الفرع …
clerk-away = خادم الفرع لا يستجيب
clerk-away-text = تحقّق من كابل الشبكة في هذا الحاسوب. تحاول الصفحة من جديد تلقائيًا.
clerk-try-again = إعادة المحاولة
clerk-lost = انقطع الاتصال بخادم الفرع منذ { $time }. ما تراه يعود إلى ذلك الوقت، وتعمل الأزرار من جديد حين يستجيب الخادم.
clerk-fault-lost = لم يستجب الخادم. انظر إلى ما تعرضه الصفحة الآن، واضغط من جديد إن لم يتمّ الأمر.
clerk-fault-nobody = لا أحد في الانتظار: سبقك زميل.
clerk-fault-not-current = تغيّرت الزيارة قبل ضغطتك. ما تراه الآن هو الصحيح، ولم يُنفَّذ شيء.
clerk-fault-busy = على ذلك الشباك زيارة مفتوحة، ويجب إنهاؤها هناك أولًا.
clerk-fault-busy-elsewhere = لديك زيارة مفتوحة على شباك آخر. أنهِها هناك أولًا.
clerk-fault-no-shift = الشباك مغلق. افتحه أولًا.
clerk-fault-taken = جلس أحد هناك في هذه الأثناء. اختر الشباك من جديد لتتسلّمه.
clerk-fault-elsewhere = سبقك زميل ونادى هذا الزائر.
clerk-fault-undo = لم يعد التراجع ممكنًا: انقضى الوقت أو ترتّب على الأمر شيء.
clerk-fault-out-of-turn = هذا غير ممكن في هذه المرحلة من الزيارة.
clerk-fault-too-soon = انتظر بضع ثوانٍ قبل إعادة النداء.
clerk-fault-too-many = نودي هذا الزائر أقصى عدد ممكن من المرات.
clerk-fault-not-served = هذا الشباك لا يقدّم خدمة هذا الزائر.
clerk-fault-other = لم يُنفَّذ الأمر: { $detail }
