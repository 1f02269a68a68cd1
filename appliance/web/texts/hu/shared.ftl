language = Nyelv
