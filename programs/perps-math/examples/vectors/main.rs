//! Prints random and edge cases of every formula with their results, one JSON array a line:
//! `["pool_quote", ["150000000", …], ["75975468750"]]`, or an error's name instead of the last array.
//! The TypeScript twin checks them: `cargo run --release --example vectors -- CASES [SEED]`.

mod cases;
mod random;

use random::Random;
use std::io::Write;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let mut number = |default| arguments.next().unwrap_or(Ok(default)).expect("CASES and SEED are numbers");
    let (count, seed) = (number(10_000), number(1));

    let mut random = Random::new(seed);
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for (_, (name, make)) in (0..count).zip(cases::all().cycle()) {
        let (inputs, outcome) = make(&mut random);
        let outputs = match outcome {
            Ok(values) => json(&values),
            Err(error) => format!("\"{error}\""),
        };
        writeln!(out, "[\"{name}\",{},{outputs}]", json(&inputs))?;
    }
    out.flush()
}

fn json(values: &[i128]) -> String {
    let quoted: Vec<String> = values.iter().map(|value| format!("\"{value}\"")).collect();
    format!("[{}]", quoted.join(","))
}
