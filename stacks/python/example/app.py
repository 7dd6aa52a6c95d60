from greeting import greet
from serve import serve

serve(greet("python") + "\n")
