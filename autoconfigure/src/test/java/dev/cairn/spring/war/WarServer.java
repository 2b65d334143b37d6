package dev.cairn.spring.war;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.ref.WeakReference;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

import javax.management.ObjectName;

import jakarta.servlet.ServletContainerInitializer;
import org.apache.catalina.Context;
import org.apache.catalina.Lifecycle;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.webresources.DirResourceSet;
import org.apache.catalina.webresources.FileResourceSet;
import org.apache.catalina.webresources.StandardRoot;

/**
 * A Tomcat with two applications, each with a class loader of its own. One is undeployed
 * while the other one goes on. Prints what each of them sees.
 */
public final class WarServer {

	/** The classes of the container, which are those of the applications, too. */
	private static final String SHARED = "(jakarta\\.servlet|org\\.apache\\.(catalina|coyote|tomcat|juli|naming))\\..*";

	private static final String SHARED_JARS = "(tomcat-embed-|jakarta\\.servlet-api-|spring-boot-tomcat-|.*jetty).*";

	/** Those of each use: two events, two failures and three requests. */
	private static final int MESSAGES = 7;

	private static final HttpClient client = HttpClient.newHttpClient();

	private static int port;

	private WarServer() {
	}

	public static void main(String[] arguments) throws Exception {
		System.setProperty("war.directory", arguments[0]);
		Path directory = Files.createDirectory(Path.of(arguments[0], "tomcat"));
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(directory.toString());
		tomcat.setPort(0);
		tomcat.getConnector().setProperty("address", "127.0.0.1");
		Map<String, Context> contexts = new TreeMap<>();
		for (String name : new String[] { "one", "two" }) {
			contexts.put(name, deploy(tomcat, name));
		}
		tomcat.start();
		port = tomcat.getConnector().getLocalPort();
		WeakReference<ClassLoader> loader = new WeakReference<>(contexts.remove("one").getLoader().getClassLoader());
		use("one");
		use("two");
		report("one", 1);
		report("two", 1);
		System.out.println("JMX " + jmx());
		undeploy(tomcat, "one");
		use("two");
		report("two", 2);
		System.out.println("JMX " + jmx());
		System.out.println("Threads of one: " + threads("one"));
		System.out.println("Kept " + isKept(loader));
		System.out.flush();
		Runtime.getRuntime().halt(0);
	}

	private static Context deploy(Tomcat tomcat, String name) {
		Context context = tomcat.addContext("/" + name, null);
		StandardRoot root = new StandardRoot(context);
		for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
			File file = new File(entry).getAbsoluteFile();
			if (file.isDirectory()) {
				root.addPreResources(new DirResourceSet(root, "/WEB-INF/classes", file.getPath(), "/"));
			}
			else if (!file.getName().matches(SHARED_JARS)) {
				root.addPreResources(new FileResourceSet(root, "/WEB-INF/lib/" + file.getName(), file.getPath(), "/"));
			}
		}
		context.setResources(root);
		context.setParentClassLoader(new ContainerLoader());
		context.addLifecycleListener((event) -> {
			if (event.getType().equals(Lifecycle.CONFIGURE_START_EVENT)) {
				initialize(context);
			}
		});
		return context;
	}

	/** Instead of a search for the initializer in all jars. */
	private static void initialize(Context context) {
		ClassLoader loader = context.getLoader().getClassLoader();
		try {
			context.addServletContainerInitializer((ServletContainerInitializer) loader
				.loadClass("org.springframework.web.SpringServletContainerInitializer")
				.getDeclaredConstructor()
				.newInstance(), Set.of(loader.loadClass("dev.cairn.spring.war.WarApplication")));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void undeploy(Tomcat tomcat, String name) {
		tomcat.getHost().removeChild(tomcat.getHost().findChild("/" + name));
	}

	private static void use(String name) throws Exception {
		System.out.println(name + " " + get(name, "/order"));
		get(name, "/log");
		get(name, "/fail");
	}

	/** The message of a request may come later than its response. */
	private static void report(String name, int uses) throws Exception {
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		List<String> lines;
		do {
			lines = get(name, "/messages").lines().toList();
		}
		while (lines.size() < uses * MESSAGES && System.nanoTime() < deadline);
		lines.forEach((line) -> System.out.println(name + ": " + line));
		System.out.println(name + " ledger " + get(name, "/ledger"));
	}

	private static String get(String name, String path) throws IOException, InterruptedException {
		return client
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/" + name + path)).build(),
					BodyHandlers.ofString())
			.body();
	}

	private static long jmx() throws Exception {
		return ManagementFactory.getPlatformMBeanServer()
			.queryNames(new ObjectName("org.springframework.boot:type=Endpoint,name=Cairn,*"), null)
			.size();
	}

	private static String threads(String name) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> isOf(thread.getContextClassLoader(), name))
			.map(Thread::getName)
			.toList()
			.toString();
	}

	private static boolean isOf(ClassLoader loader, String name) {
		return loader != null && loader.toString().contains("context: " + name);
	}

	/** Waits for the collection of garbage, which nothing else causes. */
	private static boolean isKept(WeakReference<ClassLoader> loader) {
		long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		do {
			System.gc();
		}
		while (loader.get() != null && System.nanoTime() < deadline);
		return loader.get() != null;
	}

	/**
	 * Has the classes of the container only.
	 */
	private static final class ContainerLoader extends ClassLoader {

		ContainerLoader() {
			super(ClassLoader.getPlatformClassLoader());
		}

		@Override
		protected Class<?> findClass(String name) throws ClassNotFoundException {
			if (name.matches(SHARED)) {
				return WarServer.class.getClassLoader().loadClass(name);
			}
			throw new ClassNotFoundException(name);
		}

	}

}
