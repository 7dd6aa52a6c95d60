System.out.println("hello from jshell")
/exit
