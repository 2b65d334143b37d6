package dev.cairn.release;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.xml.parsers.DocumentBuilderFactory;

import org.w3c.dom.Element;
import org.w3c.dom.Node;
import org.w3c.dom.NodeList;

/**
 * A pom of this build as it is written, without what it inherits.
 *
 * @param directory the directory of the module
 * @param root the element {@code project}
 */
record Pom(Path directory, Element root) {

	/** The root of the repository. */
	static final Path REPOSITORY = Path.of(System.getProperty("cairn.release.directory"));

	static Pom of(Path directory) {
		try {
			return new Pom(directory,
					DocumentBuilderFactory.newInstance()
						.newDocumentBuilder()
						.parse(directory.resolve("pom.xml").toFile())
						.getDocumentElement());
		}
		catch (Exception ex) {
			throw new IllegalStateException("Cannot read the pom in " + directory, ex);
		}
	}

	/** Returns the parent of all modules but the BOM. */
	static Pom parent() {
		return of(REPOSITORY);
	}

	/** Returns all modules that are uploaded, with the parent. */
	static List<Pom> released() {
		Stream<Pom> modules = parent().elements("modules")
			.map((module) -> of(REPOSITORY.resolve(module.getTextContent().trim()).normalize()));
		return Stream.concat(Stream.of(parent()), modules)
			.filter((pom) -> !"true".equals(pom.text("properties", "maven.deploy.skip")))
			.toList();
	}

	static List<Pom> releasedJars() {
		return released().stream().filter((pom) -> !"pom".equals(pom.text("packaging"))).toList();
	}

	String artifactId() {
		return text("artifactId");
	}

	/** Returns a jar of this module, such as the one with the sources. */
	Path jar(String classifier) {
		String suffix = classifier.isEmpty() ? "" : "-" + classifier;
		return this.directory.resolve("target")
			.resolve(artifactId() + "-" + System.getProperty("cairn.release.version") + suffix + ".jar");
	}

	/** Returns the text of a nested element, empty if there is none. */
	String text(String... path) {
		return elements(this.root, path).map((element) -> element.getTextContent().trim()).findFirst().orElse("");
	}

	/** Returns the children of a nested element. */
	Stream<Element> elements(String... path) {
		return elements(this.root, path).flatMap(Pom::children);
	}

	private static Stream<Element> elements(Element root, String... path) {
		Stream<Element> found = Stream.of(root);
		for (String name : path) {
			found = found.flatMap(Pom::children).filter((child) -> child.getTagName().equals(name));
		}
		return found;
	}

	private static Stream<Element> children(Element element) {
		NodeList children = element.getChildNodes();
		return IntStream.range(0, children.getLength())
			.mapToObj(children::item)
			.filter((node) -> node.getNodeType() == Node.ELEMENT_NODE)
			.map((node) -> (Element) node);
	}

	static String text(Element element, String child) {
		return elements(element, child).map((found) -> found.getTextContent().trim()).findFirst().orElse("");
	}

	@Override
	public String toString() {
		return artifactId();
	}

}
