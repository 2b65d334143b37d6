package dev.cairn.matrix.app;

import java.nio.file.Path;

import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/**
 * A Tomcat with one unpacked web application.
 */
public final class WarServer {

	private WarServer() {
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
