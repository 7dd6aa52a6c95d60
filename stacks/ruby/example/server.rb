require_relative "serve"

serve("hello from ruby\n")
