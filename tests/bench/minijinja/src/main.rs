//! MiniJinja's side of the comparison; the protocol is described in ../../measure.cpp.

use std::collections::HashMap;
use std::hint::black_box;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use std::{env, fs};

use minijinja::value::Serde;
use minijinja::{AutoEscape, Environment, Value};

struct Work {
    source: String,
    context: Value,
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn median_time<T>(budget: Duration, mut work: impl FnMut() -> T) -> u128 {
    let mut times = Vec::new();
    let begin = Instant::now();
    while times.len() < 3 || begin.elapsed() < budget {
        let start = Instant::now();
        drop(black_box(work()));
        times.push(start.elapsed());
    }
    times.sort();
    times[times.len() / 2].as_nanos()
}

fn main() {
    let folder = PathBuf::from(env::args().nth(1).expect("usage: hookc-bench-minijinja FOLDER"));
    let mut environment = Environment::new();
    environment.set_auto_escape_callback(|_| AutoEscape::None);
    let mut works: HashMap<String, Work> = HashMap::new();
    let mut out = io::stdout();
    writeln!(out, "MiniJinja {} ({})", env!("MINIJINJA_VERSION"), env!("RUSTC_VERSION")).unwrap();
    for line in io::stdin().lock().lines() {
        let line = line.unwrap();
        let words: Vec<&str> = line.split_whitespace().collect();
        let [verb, name, argument] = words[..] else { panic!("not understood: {line}") };
        let work = works.entry(name.to_string()).or_insert_with(|| {
            let context: serde_json::Value = serde_json::from_str(&read(&folder.join(format!("{name}.json")))).unwrap();
            Work { source: read(&folder.join(format!("{name}.sql"))), context: Value::from(Serde(&context)) }
        });
        let parse = || environment.template_from_str(&work.source).unwrap();
        let template = parse();
        let render = || template.render(work.context.clone()).unwrap();
        if verb == "output" {
            fs::write(argument, render()).unwrap();
            writeln!(out, "done").unwrap();
            continue;
        }
        let budget = Duration::from_millis(argument.parse().unwrap());
        let time = if verb == "parse" { median_time(budget, parse) } else { median_time(budget, render) };
        writeln!(out, "{time}").unwrap();
    }
}
