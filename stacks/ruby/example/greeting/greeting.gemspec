Gem::Specification.new do |spec|
  spec.name = "greeting"
  spec.version = "1.0.0"
  spec.summary = "A greeting, from an extension in C"
  spec.authors = ["golden images"]
  spec.license = "Apache-2.0"
  spec.homepage = "https://example.com/greeting"
  spec.required_ruby_version = ">= 3.0"
  spec.files = ["ext/extconf.rb", "ext/greeting.c", "lib/greeting.rb"]
  spec.extensions = ["ext/extconf.rb"]
end
