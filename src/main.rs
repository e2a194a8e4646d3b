fn main() {
    for path in std::env::args().skip(1) {
        let text = std::fs::read_to_string(&path).unwrap();
        let mut sources = tasq::source::Sources::new();
        let id = sources.add(path.clone(), text.clone());
        let parsed = tasq::syntax::parse(text.clone(), id);
        let el = tasq::elaborate::elaborate(&parsed.tree, &path, &tasq::source::NoFiles, &Default::default());
        let mut f = parsed.findings; f.extend(el.findings);
        tasq::diagnostic::sort(&mut f);
        print!("{}", tasq::diagnostic::render::render(tasq::diagnostic::render::Format::Text, &f, &sources, tasq::diagnostic::render::Look::PLAIN));
        println!("{}", tasq::emit::to_string(&el.sequence, tasq::xml::Form::Pretty));
    }
}
