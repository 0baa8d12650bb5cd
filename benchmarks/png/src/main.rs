//! Encodes raw RGB frames with the png crate: FILE WIDTH HEIGHT ROUNDS. Prints for each of its two fast settings the
//! processor time of the best round in milliseconds a frame, and bytes a frame.

use png::{BitDepth, ColorType, Compression, Encoder};

/// Milliseconds this thread has computed.
fn processor() -> f64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").expect("Linux");
    let nanoseconds = told.split(' ').next().expect("three numbers");
    nanoseconds.parse::<f64>().expect("a number") / 1e6
}

fn encode(frame: &[u8], width: u32, height: u32, compression: Compression) -> usize {
    let mut out = Vec::with_capacity(frame.len());
    let mut encoder = Encoder::new(&mut out, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(compression);
    let mut writer = encoder.write_header().expect("a header");
    writer.write_image_data(frame).expect("rows");
    writer.finish().expect("an end");
    out.len()
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |i: usize| arguments[i].parse::<u32>().expect("FILE WIDTH HEIGHT ROUNDS");
    let (width, height, rounds) = (number(2), number(3), number(4));
    let raw = std::fs::read(&arguments[1]).expect("a file of frames");
    let frames: Vec<&[u8]> = raw.chunks_exact((width * height * 3) as usize).collect();
    for (name, compression) in [("fast", Compression::Fast), ("fastest", Compression::Fastest)] {
        let mut best = f64::MAX;
        let mut bytes = 0;
        for _ in 0..rounds {
            let start = processor();
            bytes = frames.iter().map(|frame| encode(frame, width, height, compression)).sum();
            best = best.min(processor() - start);
        }
        println!("{name} {:.3} {}", best / frames.len() as f64, bytes / frames.len());
    }
}
