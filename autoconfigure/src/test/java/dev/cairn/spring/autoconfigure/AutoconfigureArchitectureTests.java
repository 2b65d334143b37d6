package dev.cairn.spring.autoconfigure;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaMember;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.ConfigurationProperties;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * The rooms of this module and the doors between them.
 */
class AutoconfigureArchitectureTests {

	private static final JavaClasses module = new ClassFileImporter()
		.withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
		.importPackages("dev.cairn.spring");

	@Test
	void thereIsSomethingToLookAt() {
		assertThat(module).hasSizeGreaterThan(40);
	}

	@Test
	void nothingDependsOnTheAutoConfigurations() {
		noClasses().that()
			.resideOutsideOfPackage("..autoconfigure..")
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.cairn.spring.autoconfigure..")
			.check(module);
	}

	@Test
	void onlySentrysRoomAndItsAutoConfigurationKnowSentry() {
		noClasses().that()
			.resideOutsideOfPackage("dev.cairn.spring.sentry")
			.and(areNot(SentrySinkAutoConfiguration.class, SentryFramesAutoConfiguration.class))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.sentry..", "dev.cairn.sentry..")
			.check(module);
	}

	@Test
	void onlyItsAutoConfigurationKnowsTheKafkaSink() {
		noClasses().that(areNot(KafkaSinkAutoConfiguration.class, KafkaLanes.class))
			.should()
			.dependOnClassesThat()
			.resideInAPackage("dev.cairn.kafka..")
			.check(module);
	}

	@Test
	void onlyKafkasRoomAndItsAutoConfigurationsKnowKafka() {
		noClasses().that()
			.resideOutsideOfPackage("dev.cairn.spring.kafka")
			.and(areNot(KafkaSinkAutoConfiguration.class, KafkaLanes.class, KafkaListenerErrorsAutoConfiguration.class))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("org.apache.kafka..", "org.springframework.kafka..")
			.check(module);
	}

	@Test
	void onlyItsAutoConfigurationKnowsStatsd() {
		noClasses().that(areNot(StatsdSinkAutoConfiguration.class, StatsdSinkProperties.class))
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("io.micrometer.statsd..", "dev.cairn.statsd..")
			.check(module);
	}

	@Test
	void servletsStayInTheWeb() {
		noClasses().that()
			.resideInAnyPackage("..actuate..", "..aop..", "..kafka..", "..logging..", "..metrics..", "..points..",
					"..process..", "..tracing..", "..transaction..")
			.should()
			.dependOnClassesThat()
			.resideInAnyPackage("jakarta.servlet..", "org.springframework.web..")
			.check(module);
	}

	@Test
	void thereAreNoCycles() {
		slices().matching("dev.cairn.spring.(*)..").should().beFreeOfCycles().check(module);
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
			.andShould()
			.notBePublic()
			.check(module);
	}

	private static DescribedPredicate<JavaClass> areNot(Class<?>... types) {
		return DescribedPredicate.describe("are not " + Arrays.toString(types), (candidate) -> Arrays.stream(types)
			.noneMatch((type) -> candidate.getName().startsWith(type.getName())));
	}

}
