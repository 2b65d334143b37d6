package dev.cairn.spring.core;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Configuration;

/**
 * An application that uses nothing of Cairn, and ends when it has started.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PlainApplication {

	/**
	 * Starts the application.
	 * @param arguments the properties
	 */
	public static void main(String[] arguments) {
		SpringApplication.run(PlainApplication.class, arguments).close();
	}

}
