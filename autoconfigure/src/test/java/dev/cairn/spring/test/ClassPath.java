package dev.cairn.spring.test;

import java.io.File;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The class path of the tests without some libraries. What a filtered class loader hides
 * from conditions alone is not to be found by the classes here.
 *
 * @param entries the directories and jars
 */
public record ClassPath(List<URL> entries) {

	/**
	 * Returns the class path without some jars.
	 * @param libraries a regular expression for parts of the names of the jars
	 * @return the class path
	 */
	public static ClassPath without(String libraries) {
		Pattern missing = Pattern.compile(libraries);
		return new ClassPath(jars().filter((file) -> file.isDirectory() || !missing.matcher(file.getName()).find())
			.map(ClassPath::url)
			.toList());
	}

	/**
	 * Finds a jar.
	 * @param library a part of the name of the jar
	 * @return the only jar with such a name
	 */
	public static Path find(String library) {
		List<File> found = jars().filter((file) -> file.isFile() && file.getName().contains(library)).toList();
		if (found.size() != 1) {
			throw new IllegalArgumentException("There are " + found.size() + " jars for " + library);
		}
		return found.get(0).toPath();
	}

	/**
	 * Adds a jar.
	 * @param jar the jar
	 * @return the new class path
	 */
	public ClassPath with(Path jar) {
		List<URL> all = new ArrayList<>(this.entries);
		all.add(url(jar.toFile()));
		return new ClassPath(all);
	}

	private static Stream<File> jars() {
		return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator)).map(File::new);
	}

	private static URL url(File file) {
		try {
			return file.toURI().toURL();
		}
		catch (MalformedURLException ex) {
			throw new IllegalArgumentException(ex);
		}
	}

	/**
	 * Returns a class loader for this class path.
	 * @return the class loader, to be closed by the caller
	 */
	public URLClassLoader loader() {
		return new URLClassLoader(this.entries.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
	}

	/**
	 * Calls a static method of a class that is loaded from this class path.
	 * @param type the class, which has to be public
	 * @param arguments the arguments of its method {@code run}
	 * @return the result, of a type of the JDK
	 * @throws Exception what the method throws
	 */
	public Object run(Class<?> type, String... arguments) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		try (URLClassLoader loader = loader()) {
			thread.setContextClassLoader(loader);
			return loader.loadClass(type.getName())
				.getDeclaredMethod("run", String[].class)
				.invoke(null, (Object) arguments);
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
		finally {
			thread.setContextClassLoader(before);
		}
	}

}
