package dev.cairn.spring.devtools;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.ref.WeakReference;
import java.util.List;

import ch.qos.logback.classic.LoggerContext;
import dev.cairn.Cairn;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ApplicationRunner;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.context.WebApplicationContext;

/**
 * Restarts itself by DevTools, and prints what the first one has left.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class RestartingApplication {

	private static final String FIRST = "restarting.first";

	/**
	 * Starts the application; called by DevTools again for each start.
	 * @param arguments the directory of the events
	 */
	public static void main(String[] arguments) {
		new SpringApplicationBuilder(RestartingApplication.class)
			.properties("server.port=0", "spring.main.banner-mode=off", "spring.application.name=shop",
					"logging.level.root=warn", "cairn.file.directory=" + arguments[0])
			.run(arguments);
	}

	@Bean
	ApplicationRunner restart(Cairn cairn, WebApplicationContext context) {
		return (arguments) -> {
			cairn.event("started").publish();
			LoggerFactory.getLogger("shop").error("failed", new IllegalStateException("failed"));
			ClassLoader loader = getClass().getClassLoader();
			if (System.getProperties().get(FIRST) instanceof WeakReference<?> first) {
				// The thread of the first one is still starting this one
				new Thread(() -> report(first)).start();
				return;
			}
			System.getProperties().put(FIRST, new WeakReference<>(loader));
			System.out.println("Loader " + loader.getClass().getSimpleName());
			new Thread(RestartingApplication::restart).start();
		};
	}

	private static void restart() {
		try {
			Class<?> restarter = Class.forName("org.springframework.boot.devtools.restart.Restarter");
			restarter.getMethod("restart").invoke(restarter.getMethod("getInstance").invoke(null));
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void report(WeakReference<?> first) {
		LoggerContext loggers = (LoggerContext) LoggerFactory.getILoggerFactory();
		System.out.println("Filters " + loggers.getTurboFilterList()
			.stream()
			.map((filter) -> filter.getClass().getSimpleName())
			.sorted()
			.toList());
		System.out.println("Threads of the first: " + threads(first.get()));
		UncaughtExceptionHandler handler = Thread.getDefaultUncaughtExceptionHandler();
		System.out.println("Handler of the second: "
				+ (handler.getClass().getClassLoader() == RestartingApplication.class.getClassLoader()));
		System.out.flush();
		// Delivers what the second application has recorded
		System.exit(0);
	}

	private static List<String> threads(@Nullable Object loader) {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> loader != null && thread.getContextClassLoader() == loader)
			.map(Thread::getName)
			.filter((name) -> name.startsWith("cairn-"))
			.toList();
	}

}
