# Words that several pages share.
language = Language
