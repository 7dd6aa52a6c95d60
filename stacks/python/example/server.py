from serve import serve

serve("hello from python\n")
