package dev.cairn.matrix.app;

import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * Logs by HTTP at levels of Log4j2, one of which is a level of its own.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@RestController
public class LevelsApplication {

	private static final Level NOTICE = Level.forName("NOTICE", 350);

	LevelsApplication() {
		Configurator.setLevel("shop.custom", NOTICE);
	}

	public static void main(String[] arguments) {
		SpringApplication.run(LevelsApplication.class, arguments);
	}

	@GetMapping("/log")
	String log(@RequestParam("logger") String logger, @RequestParam("level") String level,
			@RequestParam("text") String text) {
		LogManager.getLogger(logger).log(Level.getLevel(level), text);
		return "logged";
	}

}
