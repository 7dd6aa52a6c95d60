require "bundler/setup"
require "greeting"
require_relative "serve"

serve(Greeting.for("ruby"))
