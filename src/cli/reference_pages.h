// The pages of docs/reference, written from the program's own tables.
#pragma once

#include <string>
#include <vector>

namespace rnngan {

struct ReferencePage {
  std::string file;  // "losses.md"
  std::string text;  // Markdown
};

/// All pages.
std::vector<ReferencePage> reference_pages();

/// Those about files and the end of the program.
ReferencePage file_formats_page();
ReferencePage exit_codes_page();

/// Title and first paragraph of a page, and who writes it.
std::string page_head(const std::string& title, const std::string& text);
/// A Markdown table; what is inside a cell is escaped.
std::string markdown_table(const std::vector<std::string>& head,
                           const std::vector<std::vector<std::string>>& rows);

}  // namespace rnngan
