phone-title = تذكرتكم
phone-title-waiting = { $label } · أمامكم { $ahead }
phone-title-called = { $label }: الشباك { $counter }
phone-opening = جارٍ الفتح …
phone-lost = لا يوجد اتصال.
phone-lost-text = مكانكم محفوظ. آخر تحديث { $time }.

phone-choose = كيف يمكننا مساعدتكم؟
phone-waiting-count = { $count ->
    [0] لا أحد ينتظر
    [one] شخص واحد ينتظر
    [two] شخصان ينتظران
    [few] { $count } أشخاص ينتظرون
    [many] { $count } شخصًا ينتظرون
   *[other] { $count } شخص ينتظرون
  }
phone-service-shut = غير متاحة الآن
phone-minutes-under = أقل من { $high } دقائق
phone-minutes-span = { $low }–{ $high } دقيقة
phone-have-booking = لديّ موعد محجوز
phone-people-waiting = عدد المنتظرين
phone-expected-wait = الانتظار المتوقع
phone-take = خذ تذكرة
phone-back = رجوع
phone-booking-title = حجزكم
phone-booking-code = رمز الحجز
phone-booking-hint = تجدونه في رسالة تأكيد الحجز.
phone-booking-use = استخدام الرمز
phone-booking-empty = اكتبوا رمز حجزكم.
phone-held = لديكم بالفعل التذكرة { $label }.
phone-held-show = عرضها
phone-nothing = لا توجد خدمات للاختيار
phone-nothing-text = لا يقدم هذا الفرع خدمات عبر الهاتف حاليًا. يُرجى سؤال الموظفين.
phone-closed = مغلق حاليًا
phone-closed-text = لا تستقبل أي خدمة زوارًا الآن. يُرجى العودة في أوقات العمل أو سؤال الموظفين.

phone-waiting = أنتم في الطابور
phone-nearly = اقترب دوركم
phone-next = دوركم هو التالي
phone-nearly-text = يُرجى الحضور إلى صالة الانتظار وإبقاء هذه الصفحة مفتوحة.
phone-parked = يُرجى البقاء قريبًا
phone-parked-text = أجّل الموظف تذكرتكم قليلًا وسيستدعيكم من جديد. مكانكم محفوظ.
phone-booked = حجزكم
phone-booked-text = لستم في الطابور بعد. يُرجى إدخال رمز الحجز في جهاز إصدار التذاكر.
phone-your-number = رقمكم
phone-ahead = أمامكم
phone-ahead-none = لا أحد
phone-wait-unknown = غير معروف بعد
phone-place-aloud = { $ahead ->
    [0] دوركم هو التالي.
    [one] أمامكم شخص واحد.
    [two] أمامكم شخصان.
    [few] أمامكم { $ahead } أشخاص.
    [many] أمامكم { $ahead } شخصًا.
   *[other] أمامكم { $ahead } شخص.
  }
phone-counters = قد تُستدعون إلى الشباك
phone-counters-none = سيُفتح شباك قريبًا
phone-waited = مدة انتظاركم
phone-steps = زيارتكم
phone-note-ahead = سيسبقكم زائر لديه موعد أو حالة عاجلة. مكانكم محفوظ.
phone-note-back = عدتم إلى الطابور.
phone-note-transferred = تم تحويلكم. لا حاجة إلى أخذ تذكرة جديدة.
phone-sound-off = الصوت متوقف. يمكننا التنبيه عند حلول دوركم.
phone-sound-on = تشغيل
phone-keep-open = أبقوا هذه الصفحة مفتوحة: ستظل الشاشة مضاءة وتنبهكم عند حلول دوركم.
phone-cancel = التخلي عن مكاني
phone-cancel-title = هل تتخلون عن مكانكم؟
phone-cancel-text = ستُحذف تذكرتكم ولا يمكن استعادتها.
phone-cancel-reason = لماذا؟ الإجابة اختيارية.
phone-reason-long = الانتظار طويل جدًا
phone-reason-later = سآتي في وقت آخر
phone-reason-mistake = اخترت خدمة غير صحيحة
phone-reason-solved = تم حل الأمر
phone-cancel-words = بكلماتكم
phone-cancel-no = البقاء في الطابور
phone-cancel-yes = التخلي

phone-called = حان دوركم
phone-called-again = نستدعيكم من جديد
phone-called-counter = الشباك
phone-called-seen = إيقاف التنبيه
phone-called-aloud = الرقم { $label }، يُرجى التوجه إلى الشباك { $counter }.

phone-serving = جارٍ خدمتكم
phone-total-wait = انتظرتم
phone-serving-time = عند الشباك

phone-feedback = كيف كانت تجربتكم؟
phone-feedback-text = انتهت زيارتكم. رأيكم يساعدنا.
phone-feedback-words = بكلماتكم
phone-feedback-privacy = يُرجى عدم كتابة أسماء أو أرقام حسابات.
phone-feedback-empty = اختاروا إجابة أولًا، أو تخطّوا.
phone-feedback-skip = تخطي
phone-feedback-send = إرسال

phone-bye = إلى اللقاء!
phone-bye-text = انتهت زيارتكم. يمكنكم إغلاق هذه الصفحة.
phone-bye-figures = التذكرة { $label }، الانتظار { $wait }
phone-missing = فاتكم النداء
phone-missing-text = المسوا الزر للعودة إلى الطابور.
phone-missing-minutes = { $minutes ->
    [one] ستعودون إلى الطابور بعد دقيقة واحدة، أو فورًا بلمس الزر.
    [two] ستعودون إلى الطابور بعد دقيقتين، أو فورًا بلمس الزر.
    [few] ستعودون إلى الطابور بعد { $minutes } دقائق، أو فورًا بلمس الزر.
    [many] ستعودون إلى الطابور بعد { $minutes } دقيقة، أو فورًا بلمس الزر.
   *[other] ستعودون إلى الطابور بعد { $minutes } دقيقة، أو فورًا بلمس الزر.
  }
phone-missing-last = إذا فاتكم النداء التالي أيضًا فستنتهي تذكرتكم.
phone-put-back = العودة إلى الطابور
phone-missed = انتهت تذكرتكم
phone-missed-text = تم استدعاء الرقم { $label } عدة مرات. يُرجى مسح الرمز على جهاز التذاكر للحصول على تذكرة جديدة.
phone-cancelled = حُذفت التذكرة
phone-cancelled-text = لم يعد الرقم { $label } في الطابور. امسحوا الرمز على جهاز التذاكر متى أردتم تذكرة جديدة.

phone-no-key = امسحوا الرمز
phone-no-key-text = وجّهوا الكاميرا إلى رمز الاستجابة السريعة على جهاز التذاكر أو على التذكرة الورقية.
phone-expired = انتهت صلاحية هذا الرمز
phone-expired-text = يُرجى مسح الرمز على الجهاز مرة أخرى؛ فهو يتغير كل بضع دقائق.
phone-bad-key = هذا العنوان غير صحيح
phone-bad-key-text = يُرجى مسح الرمز على جهاز التذاكر مرة أخرى.
phone-key-used = تم استخدام هذا الرمز
phone-key-used-text = صدرت به تذكرة بالفعل. يُرجى مسح الرمز على الجهاز للحصول على تذكرة أخرى.
phone-switched-off = لا تذاكر عبر الهاتف هنا
phone-switched-off-text = يُرجى أخذ تذكرة ورقية من الجهاز.
phone-not-configured = هذه الخدمة لا تعمل بعد
phone-not-configured-text = لم يكتمل إعداد الفرع. يُرجى إبلاغ الموظفين وأخذ تذكرة ورقية.
phone-unknown-ticket = لا توجد تذكرة كهذه
phone-unknown-ticket-text = ربما تعود إلى يوم آخر. يُرجى مسح الرمز على جهاز التذاكر للحصول على تذكرة جديدة.
phone-unreachable = الفرع لا يستجيب
phone-unreachable-text = تحققوا من الاتصال. سنحاول من جديد تلقائيًا.
phone-retry = إعادة المحاولة

phone-no-answer = لم يصل رد. اضغطوا مرة أخرى: لن تصدر أكثر من تذكرة واحدة.
phone-no-closed = أُغلقت هذه الخدمة. يُرجى اختيار خدمة أخرى.
phone-no-disabled = هذه الخدمة غير متاحة الآن. يُرجى اختيار خدمة أخرى.
phone-no-full = نفدت تذاكر اليوم. يُرجى الحضور في يوم آخر.
phone-no-branch-full = الفرع ممتلئ. يُرجى المحاولة بعد دقيقة.
phone-no-code = لا يوجد حجز بهذا الرمز. تحققوا منه أو اسألوا الموظفين.
phone-no-code-used = تم استخدام هذا الرمز من قبل.
phone-no-code-over = أُلغي هذا الحجز. يُرجى سؤال الموظفين.
phone-no-code-early = الوقت مبكر. يعمل الرمز قبيل الموعد.
phone-no-code-late = انتهى وقت هذا الحجز. يُرجى أخذ تذكرة جديدة.
phone-no-now = لم يعد هذا ممكنًا.
phone-no-answered = لقد أجبتم من قبل. شكرًا لكم.
phone-no-too-late = انتهى وقت التقييم. شكرًا لكم على أي حال.
phone-no-other = لم تنجح العملية. يُرجى سؤال الموظفين.
