#include "core/temporary.h"

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "temporary_folder.h"

namespace rnngan {
namespace temporary_test {

namespace fs = std::filesystem;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;
using testing_files::TemporaryFolder;
using testing_files::write_text;

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

/// Runs `work` in a process that is killed behind it.
template <class Work>
void killed_after(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::kill(::getpid(), SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
}

TEST(Temporaries, HaveNamesOfTheirOwn) {
  const fs::path name = temporary_beside("sub/a.csv");
  EXPECT_EQ(name.parent_path(), "sub");
  EXPECT_TRUE(is_temporary(name)) << name;
  EXPECT_NE(name, temporary_beside("sub/a.csv"));
  for (const char* other : {".a.backup", "a.csv.part", ".part", ".a.AbCdE.part", "a.AbCdEf.part"}) {
    EXPECT_FALSE(is_temporary(other)) << other;
  }
  EXPECT_LT(temporary_beside(std::string(255, 'a')).string().size(), 255U);
}

TEST(Temporaries, OfTheDeadAreSwept) {
  const TemporaryFolder folder;
  write_text(folder.path() / ".keep.backup", "mine");
  killed_after([&] {
    auto* file = new AtomicFile(folder.path() / "dead.txt");
    file->write("half");
  });
  AtomicFile alive(folder.path() / "alive.txt");
  EXPECT_THAT(names_in(folder.path()), ::testing::SizeIs(3));
  sweep_temporaries(folder.path());
  EXPECT_THAT(names_in(folder.path()), ::testing::SizeIs(2));
  alive.write("whole");
  alive.commit();
  EXPECT_THAT(names_in(folder.path()), UnorderedElementsAre(".keep.backup", "alive.txt"));
}

TEST(Temporaries, OfTheDeadGoWhenTheirTargetIsWrittenAgain) {
  const TemporaryFolder folder;
  for (const char* name : {"a.txt", "b.txt"}) {
    killed_after([&] {
      auto* file = new AtomicFile(folder.path() / name);
      file->write("half");
    });
  }
  AtomicFile alive(folder.path() / "a.txt");
  EXPECT_THAT(names_in(folder.path()), ::testing::SizeIs(2));  // its own, and that of b.txt
  write_file(folder.path() / "a.txt", "whole");
  EXPECT_THAT(names_in(folder.path()), ::testing::SizeIs(3));
}

TEST(Temporaries, OfTheFirstVersionAreKnown) {
  EXPECT_TRUE(is_temporary("checkpoints/.4000.safetensors.aB3dEf"));
  EXPECT_FALSE(is_temporary("checkpoints/.4000.safetensors"));
  EXPECT_FALSE(is_temporary(".notes.aB3dEf"));
}

TEST(StagedDirectory, IsThereWholeOrNotAtAll) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "sub" / "run";
  {
    const StagedDirectory given_up(target, "key");
    write_text(given_up.path() / "key", "x");
    EXPECT_FALSE(fs::exists(target));
  }
  EXPECT_THAT(names_in(folder.path()), IsEmpty());
  killed_after([&] {
    auto* dead = new StagedDirectory(target, "key");
    write_text(dead->path() / "key", "x");
  });
  EXPECT_FALSE(fs::exists(target));
  StagedDirectory staged(target, "key");
  write_text(staged.path() / "key", "y");
  const StagedDirectory other(folder.path() / "sub" / "run", "key");  // side by side
  const DirectoryLock lock = staged.publish();
  EXPECT_THAT(names_in(target), UnorderedElementsAre("key"));
  EXPECT_FALSE(DirectoryLock::acquire(target).has_value());
}

TEST(StagedDirectory, FillsAnEmptyDirectory) {
  const TemporaryFolder folder;
  const fs::path target = folder.path() / "run";
  fs::create_directory(target);
  {
    const StagedDirectory given_up(target, "key");
    write_text(given_up.path() / "key", "x");
    EXPECT_TRUE(is_vacant_directory(target));
    EXPECT_THROW(StagedDirectory(target, "key"), Error);  // locked
  }
  EXPECT_THAT(names_in(target), IsEmpty());
  killed_after([&] {
    auto* dead = new StagedDirectory(target, "key");
    write_text(dead->path() / "key", "x");
  });
  EXPECT_THAT(names_in(target), ::testing::SizeIs(1));
  EXPECT_TRUE(is_vacant_directory(target));
  {
    StagedDirectory staged(target, "key");
    for (const char* name : {"key", "more"}) write_text(staged.path() / name, "y");
    const DirectoryLock lock = staged.publish();
  }
  EXPECT_THAT(names_in(target), UnorderedElementsAre("key", "more"));
  EXPECT_FALSE(is_vacant_directory(target));
}

TEST(StagedDirectory, TellsErrorsOfWhereItIsMeantToBe) {
  const TemporaryFolder folder;
  const StagedDirectory staged(folder.path() / "run", "key");
  const Error error(ErrorKind::output, (staged.path() / "a.txt").string(), "is full");
  EXPECT_EQ(staged.at_target(error).what(), (folder.path() / "run/a.txt").string() + ": is full");
}

}  // namespace temporary_test
}  // namespace rnngan
