package dev.cairn.spring.doctor.separate;

import java.util.List;

import dev.cairn.spring.doctor.DoctorCheck;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * An application in a package of its own, without a problem.
 */
@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
public class PlainDoctorApplication {

	@Bean
	@ConditionalOnBooleanProperty("doctor.own")
	DoctorCheck licenceCheck() {
		return new DoctorCheck() {

			@Override
			public String name() {
				return "licence";
			}

			@Override
			public List<Finding> examine() {
				return List.of(new Finding("The licence has expired", "licence.txt", "The service ends tomorrow",
						"licence.key=<key>"));
			}

		};
	}

}
