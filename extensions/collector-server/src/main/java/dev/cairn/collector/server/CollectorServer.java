package dev.cairn.collector.server;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/**
 * The collector as an application of its own. It has the properties of Spring Boot and of
 * Cairn.
 */
@SpringBootApplication(proxyBeanMethods = false)
public class CollectorServer {

	/**
	 * Starts the collector.
	 * @param args properties, such as {@code --server.port=8090}
	 */
	public static void main(String[] args) {
		SpringApplication.run(CollectorServer.class, args);
	}

}
