#include <ruby.h>

static VALUE greeting_for(VALUE self, VALUE name) {
  (void)self;
  return rb_sprintf("hello from %" PRIsVALUE "\n", name);
}

void Init_greeting(void) {
  rb_define_singleton_method(rb_define_module("Greeting"), "for", greeting_for, 1);
}
