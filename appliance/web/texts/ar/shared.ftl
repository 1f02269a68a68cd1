language = اللغة
