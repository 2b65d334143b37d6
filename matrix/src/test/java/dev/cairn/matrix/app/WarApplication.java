package dev.cairn.matrix.app;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.support.SpringBootServletInitializer;
import org.springframework.util.ClassUtils;

/**
 * An application in a servlet container that was there before.
 */
public class WarApplication extends SpringBootServletInitializer {

	/** The property with the class of the application. */
	public static final String SOURCE = "war.application";

	@Override
	protected SpringApplicationBuilder configure(SpringApplicationBuilder application) {
		return application.sources(ClassUtils.resolveClassName(System.getProperty(SOURCE), null));
	}

}
