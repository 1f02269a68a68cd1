# Arabic. Numbers are written with western digits, as labels and counters are in the hall.
# From 100 on the library's plural rules know the last form alone, so that one must do for all.

language-name = العربية

## The phone page.

m8300 = عنوان الصفحة غير صحيح
m8327 = وقت الانتظار الحالي
m8328 = إلغاء التذكرة
m8329 = جارٍ استدعاء رقمكم
m8330 = عند الشباك
m8331 = قيد الخدمة عند الشباك
m8332 = إجمالي وقت الانتظار
m8333 = وقت الخدمة الحالي
m8334 = نداء فائت
m8335 = لقد فاتكم النداء، وسيُعاد استدعاؤكم خلال {"{0}"} دقيقة.
m8336 = العودة إلى قائمة الانتظار
m8337 = هل أنتم متأكدون من إلغاء تذكرتكم؟
m8343 = مرحبًا بكم في مكتبنا!

## The dispenser.

profile-title = القائمة الرئيسية
profile-back = رجوع
profile-back-to-main = العودة إلى القائمة الرئيسية
profile-appointment = موعد مسبق
profile-success-card = تمت قراءة البطاقة بنجاح!
profile-card-read-fail = تعذّرت قراءة البطاقة. يُرجى المحاولة مرة أخرى.
profile-push-card = يُرجى إدخال البطاقة حتى النهاية ثم سحبها.
profile-authentication = التحقق من الهوية
smart-ticket-title = التذكرة الذكية
smart-ticket-desc = يُرجى مسح رمز الاستجابة السريعة بهاتفكم الذكي. ستُفتح صفحة يمكنكم فيها اختيار الخدمة ومتابعة حالة تذكرتكم. ويُرجى تقييم خدمتنا بعد انتهاء معاملتكم.

## What the phone says.

notify-call = يُرجى التوجه إلى الشباك {"${counterNumber}"}، جارٍ استدعاء رقمكم {"${ticketNumber}"}.
notify-feedback = يُرجى تقييم الخدمة المقدَّمة للتذكرة رقم {"${ticketNumber}"}. شكرًا لكم!

## The survey that a new branch begins with.

survey-name = الاستبيان الافتراضي
survey-question = كيف تقيّمون مستوى خدمتنا؟
survey-answer-1 = ضعيف
survey-answer-2 = مقبول
survey-answer-3 = متوسط
survey-answer-4 = جيد
survey-answer-5 = ممتاز

## The slip.

slip-number = رقمكم
slip-service = الخدمة
slip-ahead = { $count ->
    [0] لا أحد أمامكم في الانتظار
    [one] أمامكم شخص واحد في الانتظار
    [two] أمامكم شخصان في الانتظار
    [few] أمامكم { $count } أشخاص في الانتظار
    [many] أمامكم { $count } شخصًا في الانتظار
   *[other] أمامكم { $count } شخص في الانتظار
}
slip-wait = { $minutes ->
    [0] وقت الانتظار المتوقع: أقل من دقيقة
    [one] وقت الانتظار المتوقع: حوالي دقيقة واحدة
    [two] وقت الانتظار المتوقع: حوالي دقيقتين
    [few] وقت الانتظار المتوقع: حوالي { $minutes } دقائق
    [many] وقت الانتظار المتوقع: حوالي { $minutes } دقيقة
   *[other] وقت الانتظار المتوقع: حوالي { $minutes } دقيقة
}
slip-taken = وقت الإصدار: { $time }
slip-booking = رمز حجزكم
slip-pin = الرقم السري: { $pin }
slip-appointment = الموعد: { $time }
slip-check-in = سجّلوا حضوركم بهذا الرمز ابتداءً من { $time }.
slip-scan = امسحوا الرمز لمتابعة دوركم على هاتفكم.
slip-keep = يُرجى الاحتفاظ بهذه التذكرة حتى يتم استدعاؤكم.
slip-copy = نسخة
slip-priority = أولوية

## Texts for tickets that other software prints.

strings-people-waiting = { $count ->
    [0] لا أحد في الانتظار
    [one] شخص واحد في الانتظار
    [two] شخصان في الانتظار
    [few] { $count } أشخاص في الانتظار
    [many] { $count } شخصًا في الانتظار
   *[other] { $count } شخص في الانتظار
}
strings-date = التاريخ: { $date }
strings-priority = تذكرة ذات أولوية
strings-extra = يُرجى متابعة الشاشة، وسيتم استدعاؤكم برقمكم.

## إشعارات التطبيقات ورسائلها.

vt-your-turn-title = حان دوركم!
vt-your-turn-message = تم استدعاء تذكرتكم %{"{ticket.tag}"}%{"{ticket.number}"} الآن. يُرجى التوجه إلى الشباك %{"{ticket.desk.tag}"}.
vt-almost-title = انتباه! اقترب دوركم!
vt-almost-message = عدد العملاء أمامكم: %{"{ticket.customers_ahead}"}.
vt-reset-subject = كلمة مرور جديدة
vt-reset-text = رمزكم لكلمة المرور الجديدة هو { $token }. وهو صالح لمدة ساعة ولمرة واحدة. إذا لم تطلبوه فلا داعي لفعل أي شيء.

## خدمات الفرع: ما يراه العميل أو الموظف.

services-bad = تعذر فهم الطلب.
services-sign-in = يرجى تسجيل الدخول.
services-wrong-password = اسم المستخدم أو كلمة المرور غير صحيحة.
services-too-many = محاولات كثيرة جدًا. يرجى الانتظار قليلًا ثم المحاولة مرة أخرى.
services-forbidden = ليس لديك صلاحية للقيام بذلك.
services-nothing = لم يتم العثور على شيء.
services-later = هذا غير ممكن الآن. يرجى المحاولة مرة أخرى.
services-out-of-turn = لا يمكن القيام بذلك الآن.
services-unavailable = هذه الخدمة غير متاحة الآن.
services-slot-taken = تم حجز هذا الوقت للتو. يرجى اختيار وقت آخر.
services-no-slot = لا توجد مواعيد في هذا الوقت. يرجى اختيار وقت آخر.
services-booking-over = انتهى هذا الموعد أو تم استخدامه.
services-nobody-waiting = لا أحد في الانتظار.
services-counter-busy = يرجى إنهاء خدمة العميل الحالي أولًا.
services-not-at-counter = يرجى تسجيل الدخول عند أحد الشبابيك أولًا.
services-on-break = يرجى إنهاء الاستراحة أولًا.
services-no-survey = لا يوجد ما يمكن تقييمه الآن.
services-menu-dispenser = الخدمات
services-menu-bookings = المواعيد
services-menu-staff = جميع الخدمات

## الفرع النموذجي

demo-service = الخدمة { $number }
demo-service-description = شرح { $number }
demo-group = خدمات أخرى
demo-footer = شكرًا لزيارتكم.
