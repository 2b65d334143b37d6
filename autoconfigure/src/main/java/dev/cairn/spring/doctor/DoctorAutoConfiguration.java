package dev.cairn.spring.doctor;

import java.time.Duration;

import dev.cairn.ApplicationFrames;
import dev.cairn.Ledger;
import dev.cairn.Origin;
import dev.cairn.internal.Extensions;
import dev.cairn.redaction.Redactor;
import dev.cairn.spring.core.CairnAutoConfiguration;
import dev.cairn.spring.core.ConditionalOnCairn;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the checks of the setup, their
 * summary after the start, and the {@code cairndoctor} endpoint.
 */
@AutoConfiguration(after = CairnAutoConfiguration.class)
@ConditionalOnCairn("doctor")
@EnableConfigurationProperties(DoctorProperties.class)
public final class DoctorAutoConfiguration {

	private static final Duration DEADLINE = Duration.ofSeconds(10);

	@Bean
	Doctor cairnDoctor(ConfigurableApplicationContext context, DoctorProperties properties,
			ObjectProvider<DoctorCheck> checks, Extensions extensions) {
		return new Doctor(context, checks.orderedStream().toList(), properties.exclude(), extensions, DEADLINE);
	}

	@Bean
	UnknownPropertiesCheck cairnUnknownPropertiesCheck(ConfigurableApplicationContext context) {
		return new UnknownPropertiesCheck(context);
	}

	@Bean
	StorageCheck cairnStorageCheck(Environment environment, Ledger ledger) {
		return new StorageCheck(environment, ledger);
	}

	@Bean
	ExposureCheck cairnExposureCheck(ConfigurableApplicationContext context) {
		return new ExposureCheck(context);
	}

	@Bean
	UnseenMethodsCheck cairnUnseenMethodsCheck(ConfigurableListableBeanFactory beans, ApplicationFrames application) {
		return new UnseenMethodsCheck(beans, application);
	}

	@Bean
	SelfInvocationCheck cairnSelfInvocationCheck(ConfigurableListableBeanFactory beans, ApplicationFrames application) {
		return new SelfInvocationCheck(beans, application);
	}

	@Bean
	UnmanagedClassesCheck cairnUnmanagedClassesCheck(ConfigurableApplicationContext context) {
		return new UnmanagedClassesCheck(context);
	}

	@Bean
	TimedControllersCheck cairnTimedControllersCheck(ConfigurableListableBeanFactory beans,
			ApplicationFrames application, Environment environment) {
		return new TimedControllersCheck(beans, application, environment);
	}

	@Bean
	ProblemDetailsCheck cairnProblemDetailsCheck(ConfigurableApplicationContext context) {
		return new ProblemDetailsCheck(context);
	}

	@Bean
	ObservationsCheck cairnObservationsCheck(ConfigurableApplicationContext context) {
		return new ObservationsCheck(context);
	}

	@Bean
	TraceIdsCheck cairnTraceIdsCheck(ConfigurableApplicationContext context) {
		return new TraceIdsCheck(context);
	}

	@Bean
	JdbcCheck cairnJdbcCheck(ConfigurableApplicationContext context) {
		return new JdbcCheck(context);
	}

	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
	@ConditionalOnAvailableEndpoint(CairnDoctorEndpoint.class)
	static class EndpointConfiguration {

		@Bean
		@ConditionalOnMissingBean(name = "cairnDoctorEndpoint")
		CairnDoctorEndpoint cairnDoctorEndpoint(Origin origin, Doctor doctor, Redactor redactor) {
			return new CairnDoctorEndpoint(origin.service(), doctor, redactor);
		}

	}

}
