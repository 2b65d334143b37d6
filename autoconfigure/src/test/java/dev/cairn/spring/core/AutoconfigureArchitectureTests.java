package dev.cairn.spring.core;

import java.util.List;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.cairn.Cairn;
import dev.cairn.spring.test.Contexts;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.http.server.reactive.HttpHandlerDecoratorFactory;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms of this module and the doors between them.
 */
class AutoconfigureArchitectureTests {

	private static final String CORE = "dev.cairn.spring.core";

	private static final JavaClasses module = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.cairn.spring");

	@Test
	void thereIsSomethingToLookAt() {
		assertThat(module).hasSizeGreaterThan(40);
	}

	@Test
	void onlyAutoConfigurationsDependOnAutoConfigurations() {
		noClasses().that()
			.haveNameNotMatching(".*AutoConfiguration(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.areAnnotatedWith(AutoConfiguration.class)
			.check(module);
	}

	@Test
	void coreDependsOnNoFeature() {
		noClasses().that()
			.resideInAPackage(CORE)
			.should()
			.dependOnClassesThat(JavaClass.Predicates.resideInAPackage("dev.cairn.spring..")
				.and(JavaClass.Predicates.resideOutsideOfPackage(CORE)))
			.check(module);
	}

	@Test
	void onlySentryDependsOnSentry() {
		onlyIn("dev.cairn.spring.sentry", "io.sentry..", "dev.cairn.sentry..");
	}

	@Test
	void onlyKafkaDependsOnKafka() {
		onlyIn("dev.cairn.spring.kafka..", "org.apache.kafka..", "org.springframework.kafka..", "dev.cairn.kafka..");
	}

	@Test
	void onlyStatsdDependsOnStatsd() {
		onlyIn("dev.cairn.spring.statsd", "io.micrometer.statsd..", "dev.cairn.statsd..");
	}

	@Test
	void onlyTheWebDependsOnServlets() {
		noClasses().that()
			.resideOutsideOfPackages("dev.cairn.spring.web..", "dev.cairn.spring.sentry")
			.should()
			.dependOnClassesThat(
					JavaClass.Predicates.resideInAnyPackage("jakarta.servlet..", "org.springframework.web..")
						.and(JavaClass.Predicates
							.resideOutsideOfPackage("org.springframework.web.reactive.function.client")))
			.check(module);
	}

	@Test
	void onlyAdaptersUseServlets() {
		noClasses().that()
			.haveNameNotMatching("dev\\.cairn\\.spring\\.web\\.(request|error)\\."
					+ "(Servlet\\w+|Tomcat\\w+|Jetty\\w+|\\w+(Filter|Advice|Resolver|View|AutoConfiguration))(\\$.*)?")
			.and()
			.resideOutsideOfPackage("dev.cairn.spring.sentry")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("jakarta.servlet..")
			.check(module);
	}

	@Test
	void onlyAdaptersUseLogback() {
		noClasses().that()
			.haveNameNotMatching(
					"dev\\.cairn\\.spring\\.(kafka\\.QuietKafkaFilter|logging\\.(format\\.)?(Logback\\w+|LogEvents)"
							+ "|sentry\\.Sentry(Appenders|SinkAutoConfiguration))(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("ch.qos.logback..")
			.check(module);
	}

	@Test
	void onlyAdaptersUseLog4j() {
		noClasses().that()
			.haveNameNotMatching(
					"dev\\.cairn\\.spring\\.(switches|logging(\\.format)?)\\.(Log4j\\w+|LogEvents)(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.logging.log4j..")
			.check(module);
	}

	/** RATIONALE.md has the reason for each of them. */
	@Test
	void fewClassesUseThreadLocals() {
		noClasses().that()
			.haveNameNotMatching("dev\\.cairn\\.spring\\.(logging\\.(LogbackProcessing|Log4jEntries)"
					+ "|tracing\\.sampling\\.SpanRules|web\\.request\\.AsynchronousResults)(\\$.*)?")
			.should()
			.dependOnClassesThat()
			.areAssignableTo(ThreadLocal.class)
			.check(module);
	}

	/**
	 * Spring Cloud Function binds such a bean to a broker. Spring WebFlux requires one,
	 * which is only a bean without Spring Cloud Function.
	 */
	@Test
	void noClassThatMayBeABeanIsAFunction() {
		noClasses().that()
			.areNotAnonymousClasses()
			.and()
			.areNotAssignableTo(HttpHandlerDecoratorFactory.class)
			.should()
			.beAssignableTo(Function.class)
			.orShould()
			.beAssignableTo(Consumer.class)
			.orShould()
			.beAssignableTo(Supplier.class)
			.orShould()
			.beAssignableTo(BiFunction.class)
			.orShould()
			.beAssignableTo(BiConsumer.class)
			.check(module);
	}

	@Test
	void thereAreNoCycles() {
		slices().matching("dev.cairn.spring.(**)").should().beFreeOfCycles().check(module);
	}

	@Test
	void everyPackageIsNullMarked() {
		Set<String> unmarked = module.stream()
			.map(JavaClass::getPackage)
			.filter((room) -> !room.isAnnotatedWith(NullMarked.class))
			.map((room) -> room.getName())
			.collect(Collectors.toSet());
		assertThat(unmarked).isEmpty();
	}

	@Test
	void autoConfigurationsArePublicAndFinalWithoutPublicMembers() {
		classes().that()
			.areAnnotatedWith(AutoConfiguration.class)
			.should()
			.bePublic()
			.andShould()
			.haveModifier(JavaModifier.FINAL)
			.andShould()
			.haveSimpleNameEndingWith("AutoConfiguration")
			.check(module);
		assertThat(module.stream()
			.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
			.flatMap((type) -> type.getMembers().stream())
			.filter((member) -> member.getModifiers().contains(JavaModifier.PUBLIC))
			.filter((member) -> !member.getName().equals("<init>"))
			.map(JavaMember::getFullName)).isEmpty();
	}

	@Test
	void everyAutoConfigurationIsImported() {
		assertThat(Contexts.names())
			.containsExactlyInAnyOrderElementsOf(module.stream()
				.filter((type) -> type.isAnnotatedWith(AutoConfiguration.class))
				.map(JavaClass::getName)
				.toList())
			.isSorted();
	}

	@Test
	void everyFeatureHasItsRecordOfProperties() {
		classes().that()
			.areAnnotatedWith(ConfigurationProperties.class)
			.should()
			.beRecords()
			.andShould()
			.haveSimpleNameEndingWith("Properties")
			.check(module);
	}

	@Test
	void propertiesAreUsedByTheirFeatureOnly() {
		classes().that().areAnnotatedWith(ConfigurationProperties.class).should().notBePublic().check(module);
	}

	/** A public type is a promise; RATIONALE.md gives the reason for the last one. */
	@Test
	void thereAreFewPublicTypes() {
		JavaClasses all = new ClassFileImporter()
			.importUrls(List.of(Cairn.class.getProtectionDomain().getCodeSource().getLocation(),
					CairnAutoConfiguration.class.getProtectionDomain().getCodeSource().getLocation()));
		assertThat(all.stream()
			.filter((type) -> type.getModifiers().contains(JavaModifier.PUBLIC) && type.isTopLevelClass())
			.map(JavaClass::getName)).hasSizeBetween(100, 124);
	}

	private static void onlyIn(String room, String... packages) {
		noClasses().that()
			.resideOutsideOfPackage(room)
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage(packages)
			.check(module);
	}

}
