package dev.cairn.matrix.app;

import java.io.IOException;
import java.nio.file.Path;

import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

import org.springframework.util.FileSystemUtils;

/**
 * A Tomcat with one unpacked web application.
 */
public final class WarServer {

	private WarServer() {
	}

	/**
	 * Write the classes of the web application.
	 * @param directory where the server will run
	 */
	public static void unpack(Path directory) throws IOException {
		Path classes = Path.of("target", "test-classes", "dev", "cairn", "matrix", "app");
		FileSystemUtils.copyRecursively(classes, directory.resolve("application/WEB-INF/classes/dev/cairn/matrix/app"));
	}

	public static void main(String[] arguments) throws LifecycleException {
		Path directory = Path.of(arguments[0]);
		Tomcat tomcat = new Tomcat();
		tomcat.setBaseDir(directory.resolve("tomcat").toString());
		tomcat.setPort(0);
		tomcat.getConnector();
		// There is no compiler of JSP
		tomcat.setAddDefaultWebXmlToWebapp(false);
		tomcat.addWebapp("", directory.resolve("application").toString());
		Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(tomcat)));
		tomcat.start();
		System.out.println("Tomcat started on port " + tomcat.getConnector().getLocalPort());
	}

	private static void stop(Tomcat tomcat) {
		try {
			tomcat.stop();
		}
		catch (LifecycleException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
