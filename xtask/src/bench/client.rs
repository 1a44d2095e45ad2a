//! How does one ask for pages so cheaply that the server can be measured beside it? HTTP/1.1 on one kept connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// Longer than any answer may take.
const PATIENCE: Duration = Duration::from_secs(120);

/// Who asks: her token, and the address that a proxy would have seen.
#[derive(Debug, Clone, Default)]
pub(super) struct Asker {
    pub(super) token: String,
    pub(super) address: String,
}

/// One connection to one server.
pub(super) struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    /// The body of the last answer, as it came.
    pub(super) body: Vec<u8>,
}

impl Client {
    /// `address` is `http://HOST:PORT`.
    pub(super) fn connect(address: &str) -> Result<Self> {
        let host = address.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).with_context(|| format!("nobody serves {address}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        Ok(Self { stream: BufReader::with_capacity(64 << 10, stream), host, body: Vec::new() })
    }

    /// Gives the status; the answer is in `body`.
    pub(super) fn get(&mut self, path: &str, asker: &Asker, encoding: &str) -> Result<u16> {
        self.ask("GET", path, asker, encoding, "")
    }

    pub(super) fn post(&mut self, path: &str, asker: &Asker, json: &str) -> Result<u16> {
        self.ask("POST", path, asker, "identity", json)
    }

    /// Asks for a page that must be there; gives it as text.
    pub(super) fn text(&mut self, path: &str, asker: &Asker) -> Result<String> {
        let status = self.get(path, asker, "identity")?;
        let text = String::from_utf8_lossy(&self.body).into_owned();
        if status == 200 { Ok(text) } else { bail!("{path} answered {status}: {text}") }
    }

    fn ask(&mut self, method: &str, path: &str, asker: &Asker, encoding: &str, json: &str) -> Result<u16> {
        let Asker { token, address } = asker;
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {}\r\naccept-encoding: {encoding}\r\n", self.host);
        for (name, value) in [("authorization: Bearer ", token), ("x-forwarded-for: ", address)] {
            if !value.is_empty() {
                head += &format!("{name}{value}\r\n");
            }
        }
        if !json.is_empty() {
            head += &format!("content-type: application/json\r\ncontent-length: {}\r\n", json.len());
        }
        head += "\r\n";
        head += json;
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.read_answer()
    }

    fn read_answer(&mut self) -> Result<u16> {
        let mut line = Vec::new();
        self.read_line(&mut line)?;
        let status = std::str::from_utf8(&line)?.split(' ').nth(1).and_then(|status| status.parse().ok());
        let status: u16 = status.context("the answer has no status")?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            self.read_line(&mut line)?;
            if line.is_empty() {
                break;
            }
            line.make_ascii_lowercase();
            let header = std::str::from_utf8(&line).unwrap_or_default();
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            is_chunked |= header.starts_with("transfer-encoding:") && header.contains("chunked");
        }
        self.body.clear();
        if !is_chunked {
            self.read_exactly(length)?;
            return Ok(status);
        }
        loop {
            self.read_line(&mut line)?;
            let size = usize::from_str_radix(std::str::from_utf8(&line)?.trim(), 16)?;
            self.read_exactly(size)?;
            self.read_line(&mut line)?;
            if size == 0 {
                return Ok(status);
            }
        }
    }

    /// Without its line end.
    fn read_line(&mut self, line: &mut Vec<u8>) -> Result<()> {
        line.clear();
        if self.stream.read_until(b'\n', line)? == 0 {
            bail!("the server closed the connection");
        }
        while line.last().is_some_and(|last| matches!(last, b'\r' | b'\n')) {
            line.pop();
        }
        Ok(())
    }

    fn read_exactly(&mut self, length: usize) -> Result<()> {
        let from = self.body.len();
        self.body.resize(from + length, 0);
        Ok(self.stream.read_exact(&mut self.body[from..])?)
    }
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;

    #[test]
    fn answers_are_read_whole_on_one_connection() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let mut asked = [0; 1024];
            let count = stream.read(&mut asked).unwrap();
            let asked = String::from_utf8_lossy(&asked[..count]).into_owned();
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst").unwrap();
            let _ = stream.read(&mut [0; 1024]).unwrap();
            let chunks =
                b"HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnoth\r\n3\r\ning\r\n0\r\n\r\n";
            stream.write_all(chunks).unwrap();
            asked
        });
        let mut client = Client::connect(&address).unwrap();
        let asker = Asker { token: "t".into(), address: "10.0.0.1".into() };
        assert_eq!((client.text("/a", &asker).unwrap().as_str(), client.body.len()), ("first", 5));
        assert_eq!(client.get("/b", &asker, "br").unwrap(), 404);
        assert_eq!(client.body, b"nothing");
        let asked = server.join().unwrap();
        assert!(asked.starts_with("GET /a HTTP/1.1\r\n") && asked.contains("authorization: Bearer t\r\n"), "{asked}");
    }
}
