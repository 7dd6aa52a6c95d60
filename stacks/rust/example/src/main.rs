//! A small HTTP server of nothing but the standard library.
use std::io::{self, BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};

const BODY: &str = "hello from rust\n";
const SIGTERM: i32 = 15;

unsafe extern "C" {
    fn signal(number: i32, handler: extern "C" fn(i32)) -> usize;
    fn _exit(code: i32) -> !;
}

extern "C" fn end(_signal: i32) {
    unsafe { _exit(0) }
}

fn main() -> io::Result<()> {
    // process 1 has no default for signals
    unsafe { signal(SIGTERM, end) };
    let listener = TcpListener::bind(("0.0.0.0", 8080))?;
    println!("ready");
    for client in listener.incoming() {
        if let Err(error) = client.and_then(answer) {
            eprintln!("{error}");
        }
    }
    Ok(())
}

fn answer(mut client: TcpStream) -> io::Result<()> {
    let mut lines = BufReader::new(&client).lines();
    while lines.next().transpose()?.is_some_and(|line| !line.is_empty()) {}
    let length = BODY.len();
    write!(
        client,
        "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{BODY}"
    )
}
